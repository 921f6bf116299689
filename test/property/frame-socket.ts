/** A WebSocket client that only counts and keeps frames: fast enough for a flood of them. */
import { once } from 'node:events';
import WebSocket from 'ws';

/** How long to wait for frames before saying that they do not come, in ms. */
const PATIENCE_MS = 10_000;

export class FrameSocket implements AsyncDisposable {
  readonly frames: string[] = [];
  /** The code of the close frame. */
  readonly closed: Promise<number>;
  private onChange: () => void = () => undefined;
  private isClosed = false;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      this.frames.push(data.toString('utf8'));
      this.onChange();
    });
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on('close', (code: number) => {
        this.isClosed = true;
        this.onChange();
        resolve(code);
      });
    });
  }

  static async connect(url: string): Promise<FrameSocket> {
    const client = new FrameSocket(new WebSocket(url, { perMessageDeflate: false }));
    await once(client.socket, 'open');
    return client;
  }

  send(text: string): void {
    this.socket.send(text);
  }

  /** Waits for so many frames in all. @returns false if the connection ended or patience ran out first */
  async has(count: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS);
      this.onChange = () => {
        if (this.frames.length >= count || this.isClosed) resolve();
      };
      this.onChange();
    });
    clearTimeout(timer);
    return this.frames.length >= count;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.terminate();
    await this.closed;
  }
}
