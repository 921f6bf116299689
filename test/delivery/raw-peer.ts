/** A WebSocket client written by hand on a TCP socket: it sees the very bytes, and it can misbehave. @see RFC 6455 */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { once } from 'node:events';
import { eventually } from '../support/eventually.js';

const TEXT = 1;
const CLOSE = 8;

/** A frame as it came in, header included. */
class RawFrame {
  readonly opcode: number;
  readonly payload: Buffer;
  private parsed: Record<string, unknown> | undefined;

  constructor(
    readonly bytes: Buffer,
    headerBytes: number,
  ) {
    this.opcode = (bytes[0] ?? 0) & 0x0f;
    this.payload = bytes.subarray(headerBytes);
  }

  get text(): string {
    return this.payload.toString('utf8');
  }

  /** Parsed once, because tests that wait look at all frames again and again. */
  get message(): Record<string, unknown> {
    return (this.parsed ??= JSON.parse(this.text) as Record<string, unknown>);
  }
}

export class RawPeer implements AsyncDisposable {
  readonly frames: RawFrame[] = [];
  /** Resolves when the server has ended the TCP connection, or it is gone. */
  readonly ended: Promise<void>;
  private readonly gone: Promise<void>;
  private rest: Buffer = Buffer.alloc(0);
  private open = false;

  private constructor(readonly socket: Socket) {
    socket.on('error', () => undefined);
    this.gone = new Promise((resolve) => socket.once('close', () => resolve()));
    this.ended = Promise.race([this.gone, new Promise<void>((resolve) => socket.once('end', resolve))]);
  }

  /**
   * @param behind bytes that are sent together with the upgrade request, in one segment
   * @param headers further lines of the upgrade request
   */
  static async connect(port: number, path = '/ws', behind: readonly Buffer[] = [], headers: readonly string[] = []): Promise<RawPeer> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const peer = new RawPeer(socket);
    await once(socket, 'connect');
    const head = [
      `GET ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      ...headers,
    ];
    socket.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), ...behind]));
    await peer.upgraded();
    return peer;
  }

  get texts(): string[] {
    return this.frames.filter(({ opcode }) => opcode === TEXT).map(({ text }) => text);
  }

  get messages(): Record<string, unknown>[] {
    return this.frames.filter(({ opcode }) => opcode === TEXT).map(({ message }) => message);
  }

  /** The code of the close frame that came in; undefined if none did. */
  get closeCode(): number | undefined {
    return this.frames.find(({ opcode }) => opcode === CLOSE)?.payload.readUInt16BE(0);
  }

  /** Sends messages, all in one segment. */
  send(...messages: readonly unknown[]): void {
    this.socket.write(Buffer.concat(messages.map((message) => textFrame(message))));
  }

  async response(id: unknown): Promise<Record<string, unknown>> {
    let seen = -1;
    return eventually(() => {
      const unchanged = seen === this.frames.length;
      seen = this.frames.length;
      const found = unchanged ? undefined : this.messages.find((message) => message['method'] === undefined && message['id'] === id);
      if (!found) throw new Error(`No response with id ${JSON.stringify(id)} among ${seen} frames`);
      return found;
    });
  }

  async request(method: string, params?: unknown): Promise<Record<string, unknown>> {
    const id = randomBytes(6).toString('hex');
    this.send({ jsonrpc: '2.0', id, method, params });
    return this.response(id);
  }

  /** Sends a close frame, and does nothing else. */
  sayGoodbye(code: number): void {
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.socket.write(frame(CLOSE, payload));
  }

  /** Vanishes with a reset, as a process that is killed. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    await this.gone;
  }

  private upgraded(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.once('close', () => reject(new Error('The connection ended before it was upgraded')));
      this.socket.on('data', (chunk: Buffer) => {
        this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
        if (!this.open) this.takeHead(resolve, reject);
        if (this.open) this.takeFrames();
      });
    });
  }

  private takeHead(resolve: () => void, reject: (error: Error) => void): void {
    const end = this.rest.indexOf('\r\n\r\n');
    if (end === -1) return;
    const status = this.rest.toString('latin1', 0, this.rest.indexOf('\r\n'));
    this.rest = this.rest.subarray(end + 4);
    this.open = status.startsWith('HTTP/1.1 101 ');
    if (this.open) resolve();
    else reject(new Error(status));
  }

  private takeFrames(): void {
    for (let size = frameSize(this.rest); size !== undefined && this.rest.length >= size.total; size = frameSize(this.rest)) {
      this.frames.push(new RawFrame(this.rest.subarray(0, size.total), size.header));
      this.rest = this.rest.subarray(size.total);
    }
  }
}

/** Size of the first frame; undefined while its header is not complete. A server's frames are not masked. */
function frameSize(bytes: Buffer): { readonly header: number; readonly total: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = (bytes[1] ?? 0) & 0x7f;
  if (short < 126) return { header: 2, total: 2 + short };
  const header = short === 126 ? 4 : 10;
  if (bytes.length < header) return undefined;
  return { header, total: header + (short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))) };
}

/** A masked text frame with a message, or with text as it is. */
export function textFrame(message: unknown): Buffer {
  return frame(TEXT, Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)));
}

/** A masked frame, as clients send them. */
export function frame(opcode: number, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const header = Buffer.alloc(payload.length < 126 ? 2 : 4);
  header[0] = 0x80 | opcode;
  header[1] = 0x80 | (payload.length < 126 ? payload.length : 126);
  if (payload.length >= 126) header.writeUInt16BE(payload.length, 2);
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([header, mask, masked]);
}
