/** Keeps one WebSocket open: dials, waits, dials again, and says at every moment where it stands. */
import { MAX_TIMER_MS, PeerError, RPC_ERRORS, shouldComeBack } from 'nestjs-realtime-protocol';
import { backoffMs } from './backoff.js';
import type { ResolvedConnectionOptions } from './client-options.js';
import type { ConnectionEnd, ConnectionState } from './connection-state.js';
import { NotConnectedError, SendBufferFullError } from './connection-state.js';
import { asError, messageOf } from '../base/faults.js';
import { requireFits } from '../base/frame-size.js';
import { OnOpenError } from '../base/on-open-error.js';
import type { WebSocketLike } from './web-socket.js';
import { OPEN } from './web-socket.js';

/** What the owner of a connection is told. */
export interface ConnectionEvents {
  /** The socket can carry frames; the connection is open when this settles. */
  opening(): Promise<void>;
  /** Told before `changed`, so that what waited leaves before what the listeners of the state may send. */
  opened(): void;
  received(data: unknown): void;
  /** A connection, or an attempt to make one, ended; told before `changed`. */
  ended(end: ConnectionEnd): void;
  changed(state: ConnectionState): void;
}

/** Refusals that will be the same next time. */
const FINAL_REFUSALS: ReadonlySet<number> = new Set([RPC_ERRORS.Unauthorized.code, RPC_ERRORS.PermissionDenied.code]);

export class Connection {
  private current: ConnectionState = { name: 'idle' };
  private socket: WebSocketLike | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Attempts in a row since the last connection that held. */
  private attempt = 0;
  private openedAtMs: number | undefined;
  private advisedDelayMs: number | undefined;
  private trouble = '';

  constructor(
    private readonly options: ResolvedConnectionOptions,
    private readonly events: ConnectionEvents,
  ) {}

  get state(): ConnectionState {
    return this.current;
  }

  /** Something that is another one after each dial; undefined while there is no socket. */
  get link(): object | undefined {
    return this.socket;
  }

  /** Begins to connect; while it waits, it tries at once. */
  connect(): void {
    if (this.socket) return;
    if (this.current.name !== 'waiting') this.attempt = 0;
    this.dial();
  }

  /** Says goodbye and stays closed. */
  close(): void {
    if (this.current.name === 'idle' || this.current.name === 'closed') return;
    this.end({ kind: 'closed-here', message: 'Closed by this side' }, 'stay');
  }

  /** The server has gone silent. */
  giveUp(message: string): void {
    if (this.socket) this.end({ kind: 'lost', message }, 'come-back');
  }

  /** The server said when to come back; it counts for the next wait only. */
  advise(delayMs: number): void {
    this.advisedDelayMs = delayMs;
  }

  /** @param urgent leaves however much waits already @throws {NotConnectedError} @throws {FrameTooLargeError} @throws {SendBufferFullError} */
  send(text: string, urgent = false): void {
    if (!this.socket) throw NotConnectedError.in(this.current);
    // A socket that is closing would swallow the frame.
    if (this.socket.readyState !== OPEN) throw new NotConnectedError('Not connected any more: the connection is closing');
    requireFits(text, this.options.frameBytes);
    if (!urgent && this.socket.bufferedAmount + text.length > this.options.bufferedChars) {
      throw new SendBufferFullError(`More than ${this.options.bufferedChars} characters wait to leave`);
    }
    this.socket.send(text);
  }

  private dial(): void {
    clearTimeout(this.timer);
    this.attempt += 1;
    this.trouble = '';
    let socket: WebSocketLike;
    try {
      socket = new this.options.webSocket(this.options.url, [...this.options.protocols]);
    } catch (error) {
      // Translated: an address or a page that allows no such connection, which no later attempt changes.
      this.end({ kind: 'unreachable', message: messageOf(error), error }, 'stay');
      return;
    }
    this.socket = socket;
    this.listen(socket);
    this.timer = setTimeout(() => {
      this.end({ kind: 'timed-out', message: `Not open within ${this.options.connectTimeoutMs} ms` }, 'come-back');
    }, this.options.connectTimeoutMs);
    this.enter({ name: 'connecting', attempt: this.attempt });
  }

  private listen(socket: WebSocketLike): void {
    const isCurrent = (): boolean => this.socket === socket;
    let carried = false;
    socket.addEventListener('open', () => {
      carried = true;
      if (isCurrent()) void this.open(socket);
    });
    socket.addEventListener('message', ({ data }) => {
      if (isCurrent()) this.events.received(data);
    });
    // Also heard after the end: `ws` would throw an error that nobody listens to.
    socket.addEventListener('error', (event) => {
      if (isCurrent() && 'message' in event && typeof event.message === 'string') this.trouble = event.message;
    });
    socket.addEventListener('close', ({ code, reason }) => {
      if (isCurrent()) this.end(endOfSocket(carried, code, reason, this.trouble), shouldComeBack(code) ? 'come-back' : 'stay');
    });
  }

  private async open(socket: WebSocketLike): Promise<void> {
    try {
      await this.events.opening();
    } catch (error) {
      const thrown = error instanceof OnOpenError ? error.thrown : error;
      const refusal = asError(thrown);
      const isFinal = refusal instanceof PeerError && FINAL_REFUSALS.has(refusal.code);
      const end: ConnectionEnd = { kind: 'sign-in-failed', message: messageOf(error), error: thrown };
      if (this.socket === socket) this.end(end, isFinal ? 'stay' : 'come-back');
      return;
    }
    if (this.socket !== socket) return;
    clearTimeout(this.timer);
    this.openedAtMs = performance.now();
    this.current = { name: 'open' };
    this.events.opened();
    if (this.current.name === 'open') this.events.changed(this.current);
  }

  private end(end: ConnectionEnd, then: 'come-back' | 'stay'): void {
    const { socket } = this;
    this.socket = undefined;
    clearTimeout(this.timer);
    socket?.close(1000, '');
    const { reconnect } = this.options;
    if (reconnect && this.openedAtMs !== undefined && performance.now() - this.openedAtMs >= reconnect.stableAfterMs) this.attempt = 0;
    this.openedAtMs = undefined;
    const advisedMs = this.advisedDelayMs;
    this.advisedDelayMs = undefined;
    if (then === 'stay' || !reconnect || this.attempt >= reconnect.maxAttempts) {
      this.current = { name: 'closed', reason: end };
    } else {
      const delayMs = Math.min(advisedMs ?? backoffMs(Math.max(1, this.attempt), this.options.random(), reconnect), MAX_TIMER_MS);
      this.timer = setTimeout(() => this.dial(), delayMs);
      this.current = { name: 'waiting', reason: end, attempt: this.attempt, delayMs, retryAtMs: Date.now() + delayMs };
    }
    const state = this.current;
    this.events.ended(end);
    if (this.current === state) this.events.changed(state);
  }

  private enter(state: ConnectionState): void {
    this.current = state;
    this.events.changed(state);
  }
}

function endOfSocket(carried: boolean, code: number, reason: string, trouble: string): ConnectionEnd {
  if (!carried) return { kind: 'unreachable', message: trouble || 'No connection could be made' };
  // 1005: a close frame without a code; 1006: no close frame at all.
  if (code === 1006) return { kind: 'lost', message: trouble || 'The connection broke', code };
  const words = reason === '' ? `code ${code}` : `${reason} (${code})`;
  return { kind: 'closed-by-server', message: `The server closed the connection: ${words}`, code, reason };
}
