/** One attempt to reach the server, and the WebSocket that comes of it. It is used once. */
import { shouldComeBack } from 'nestjs-realtime-protocol';
import { asError, messageOf } from '../base/faults.js';
import { requireFits } from '../base/frame-size.js';
import { texts } from '../base/option-faults.js';
import type { PerAttempt, ResolvedConnectionOptions } from './connection-options.js';
import { anAddress } from './connection-options.js';
import type { ConnectionEnd } from './connection-state.js';
import { NotConnectedError, SendBufferFullError } from './connection-state.js';
import { isFinal } from './refusals.js';
import type { WebSocketConstructor, WebSocketLike } from './web-socket.js';
import { OPEN } from './web-socket.js';

/** What the owner of a wire is told; nothing once it has closed it. */
export interface WireEvents {
  opened(): void;
  received(data: unknown): void;
  /** @param comeBack whether another attempt makes sense */
  ended(end: ConnectionEnd, comeBack: boolean): void;
}

export class Wire {
  private socket: WebSocketLike | undefined;
  private isOver = false;
  private hasOpened = false;
  private trouble = '';

  constructor(
    private readonly webSocket: WebSocketConstructor,
    private readonly options: ResolvedConnectionOptions,
    private readonly events: WireEvents,
  ) {}

  dial(): void {
    const { url, protocols } = this.options;
    if (typeof url === 'function' || typeof protocols === 'function') void this.ask(url, protocols);
    else this.open(url, protocols);
  }

  /** @param urgent leaves however much waits already @throws {NotConnectedError} @throws {FrameTooLargeError} @throws {SendBufferFullError} */
  send(text: string, urgent: boolean): void {
    const { socket } = this;
    if (!socket) throw new NotConnectedError('Not connected yet');
    // A socket that is closing would swallow the frame.
    if (socket.readyState !== OPEN) throw new NotConnectedError('Not connected any more: the connection is closing');
    requireFits(text, this.options.frameBytes);
    if (!urgent && socket.bufferedAmount + text.length > this.options.bufferedChars) {
      throw new SendBufferFullError(`More than ${this.options.bufferedChars} characters wait to leave`);
    }
    socket.send(text);
  }

  close(): void {
    this.isOver = true;
    this.socket?.close(1000, '');
  }

  private async ask(url: PerAttempt<string>, protocols: PerAttempt<readonly string[]>): Promise<void> {
    try {
      const [address, offered] = await Promise.all([valueOf(url), valueOf(protocols)]);
      // What comes of a function is checked here: nobody could before.
      refuse('url', anAddress(address));
      refuse('protocols', texts(offered));
      if (!this.isOver) this.open(address, offered);
    } catch (thrown) {
      // Translated: it is the attempt that failed. The next one asks again, unless the function says that this makes no sense.
      const error = asError(thrown);
      this.end({ kind: 'not-prepared', message: `url or protocols failed: ${error.message}`, error: thrown }, !isFinal(error));
    }
  }

  private open(url: string, protocols: readonly string[]): void {
    try {
      this.socket = new this.webSocket(url, [...protocols]);
    } catch (error) {
      // Translated: an address or a page that allows no such connection, which no later attempt changes.
      this.end({ kind: 'unreachable', message: messageOf(error), error }, false);
      return;
    }
    this.listen(this.socket);
  }

  private listen(socket: WebSocketLike): void {
    socket.addEventListener('open', () => {
      this.hasOpened = true;
      if (!this.isOver) this.events.opened();
    });
    socket.addEventListener('message', ({ data }) => {
      if (!this.isOver) this.events.received(data);
    });
    // Also heard after the end: `ws` would throw an error that nobody listens to.
    socket.addEventListener('error', (event) => {
      if ('message' in event && typeof event.message === 'string') this.trouble = event.message;
    });
    socket.addEventListener('close', ({ code, reason }) => {
      const end = this.hasOpened ? endOfSocket(code, reason, this.trouble) : endOfAttempt(this.trouble);
      this.end(end, shouldComeBack(code) && !FINAL_STATUSES.has(end.status));
    });
  }

  private end(end: ConnectionEnd, comeBack: boolean): void {
    if (!this.isOver) this.events.ended(end, comeBack);
  }
}

/** Answers to the opening request that will be the same next time. */
const FINAL_STATUSES: ReadonlySet<number | undefined> = new Set([401, 403]);

async function valueOf<T>(value: PerAttempt<T>): Promise<T> {
  return typeof value === 'function' ? (value as () => T | Promise<T>)() : value;
}

function refuse(name: string, fault: string | undefined): void {
  // Without the value: it may hold a token.
  if (fault !== undefined) throw new TypeError(`${name} ${fault}`);
}

function endOfAttempt(trouble: string): ConnectionEnd {
  // The words of `ws`. Browsers, and the WebSocket of Node, keep the status to themselves.
  const status = Number(/^Unexpected server response: (\d{3})$/.exec(trouble)?.[1]);
  if (status) return { kind: 'refused', message: `The server refused the connection with ${status}`, status };
  return { kind: 'unreachable', message: trouble || 'No connection could be made' };
}

function endOfSocket(code: number, reason: string, trouble: string): ConnectionEnd {
  // 1005: a close frame without a code; 1006: no close frame at all.
  if (code === 1006) return { kind: 'lost', message: trouble || 'The connection broke', code };
  const words = reason === '' ? `code ${code}` : `${reason} (${code})`;
  return { kind: 'closed-by-server', message: `The server closed the connection: ${words}`, code, reason };
}
