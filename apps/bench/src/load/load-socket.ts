/** One connection of the load: a raw socket that writes frames which were built beforehand. */
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { FrameScanner } from './frame-scanner.js';
import { closeFrame, maskedFrame, OPCODE, textFrames } from './masked-frame.js';
import { readUpgradeResponse, upgradeRequest } from './upgrade.js';

/** Looks at one text frame. What it throws ends the measurement. */
export type TextListener = (bytes: Buffer, start: number, end: number) => void;

/** All connections read into the same memory: each looks at what it got before the next one reads. */
const READ_BUFFER = Buffer.allocUnsafe(256 * 1024);

const NORMAL = 1000;

const unexpected: TextListener = (bytes, start, end) => {
  throw new Error(`Nobody waits for this frame: ${bytes.toString('utf8', start, end)}`);
};

export class LoadSocket {
  /** Gets every text frame. */
  onText: TextListener = unexpected;
  private readonly socket: Socket;
  private readonly scanner = new FrameScanner({
    text: (bytes, start, end) => this.onText(bytes, start, end),
    ping: (payload) => this.socket.write(maskedFrame(OPCODE.pong, payload)),
    closed: (code) => {
      this.closeCode = code;
      if (!this.leaving) this.fail(new Error(`The server closed a connection with code ${code}`));
    },
  });
  private head: Buffer | undefined = Buffer.alloc(0);
  private closeCode: number | undefined;
  private leaving = false;
  private readonly gone: Promise<void>;
  private opened: () => void = () => undefined;

  private constructor(
    port: number,
    path: string,
    private readonly fail: (error: Error) => void,
  ) {
    const callback = (length: number): boolean => this.read(READ_BUFFER.subarray(0, length));
    this.socket = connect({ host: '127.0.0.1', port, noDelay: true, onread: { buffer: READ_BUFFER, callback } });
    this.socket.write(upgradeRequest(port, path));
    this.socket.on('error', (error) => this.fail(error));
    this.gone = new Promise((resolve) => {
      this.socket.on('close', () => {
        if (!this.leaving) this.fail(new Error('The server ended a connection'));
        resolve();
      });
    });
  }

  /** @param fail told of everything that is wrong with this connection, once it is open and before */
  static open(port: number, path: string, fail: (error: Error) => void): Promise<LoadSocket> {
    return new Promise((resolve) => {
      const socket = new LoadSocket(port, path, fail);
      socket.opened = () => resolve(socket);
    });
  }

  send(text: string): void {
    this.socket.write(textFrames([text]));
  }

  /** Sends frames that were built beforehand. */
  write(frames: Buffer): void {
    this.socket.write(frames);
  }

  /** Waits for the next text frame. @throws {Error} through the measurement, if it is not as `accepted` wants it */
  nextText(accepted: (text: string) => boolean = () => true): Promise<string> {
    return new Promise((resolve) => {
      this.onText = (bytes, start, end) => {
        const text = bytes.toString('utf8', start, end);
        if (!accepted(text)) throw new Error(`Unexpected frame: ${text}`);
        this.onText = unexpected;
        resolve(text);
      };
    });
  }

  /** The whole goodbye: our close frame, the server's, the end of the connection. */
  async close(): Promise<void> {
    this.leaving = true;
    this.socket.write(closeFrame(NORMAL));
    await this.gone;
    if (this.closeCode !== NORMAL) this.fail(new Error(`The server answered close code ${NORMAL} with ${this.closeCode ?? 'nothing'}`));
  }

  /** Cuts the connection and leaves no port waiting behind. */
  cut(): void {
    this.leaving = true;
    this.socket.resetAndDestroy();
  }

  private read(bytes: Buffer): boolean {
    try {
      if (this.head) this.readHead(bytes);
      else this.scanner.feed(bytes);
    } catch (fault) {
      // Survived: the measurement fails as a whole, at the place that waits for it.
      this.fail(fault instanceof Error ? fault : new Error(String(fault)));
    }
    return true;
  }

  private readHead(bytes: Buffer): void {
    const head = Buffer.concat([this.head ?? Buffer.alloc(0), bytes]);
    const length = readUpgradeResponse(head);
    if (length === undefined) {
      this.head = head;
      return;
    }
    this.head = undefined;
    this.opened();
    // Whoever opened the connection listens from the next microtask on: frames in the same chunk wait for that.
    const early = head.subarray(length);
    if (early.length > 0) setImmediate(() => this.read(early));
  }
}
