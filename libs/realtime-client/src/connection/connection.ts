/** Keeps a connection to the server: dials, waits, dials again, and says at every moment where it stands. */
import { asError, messageOf } from '../base/faults.js';
import { OnOpenError } from '../base/on-open-error.js';
import type { ResolvedConnectionOptions } from './connection-options.js';
import type { ConnectionEnd, ConnectionState } from './connection-state.js';
import { NotConnectedError } from './connection-state.js';
import { isFinal } from './refusals.js';
import { Retries } from './retries.js';
import type { WebSocketConstructor } from './web-socket.js';
import { webSocketOf } from './web-socket.js';
import { Wire } from './wire.js';

/** What the owner of a connection is told. */
export interface ConnectionEvents {
  /** The socket can carry frames. What is done here counts as opening: `connectTimeoutMs` bounds it, and the connection fails with it. */
  opening(): Promise<void>;
  /** The last thing before the connection is open. It must settle soon. */
  joining(): Promise<void>;
  /** Told before `changed`, so that what waited leaves before what the listeners of the state may send. */
  opened(): void;
  received(data: unknown): void;
  /** A connection is about to end, and is still there. */
  ending(): void;
  /** A connection, or an attempt to make one, ended; told before `changed`. */
  ended(end: ConnectionEnd): void;
  changed(state: ConnectionState): void;
}

export class Connection {
  private current: ConnectionState = { name: 'idle' };
  private wire: Wire | undefined;
  private webSocket: WebSocketConstructor | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly retries: Retries;

  constructor(
    private readonly options: ResolvedConnectionOptions,
    private readonly events: ConnectionEvents,
  ) {
    this.retries = new Retries(options.reconnect, options.random);
  }

  get state(): ConnectionState {
    return this.current;
  }

  /** Something that is another one after each dial; undefined while there is no connection and none is being made. */
  get link(): object | undefined {
    return this.wire;
  }

  /** Begins to connect; while it waits, it tries at once. @throws {ClientConfigError} if there is no WebSocket */
  connect(): void {
    if (this.wire) return;
    if (this.current.name !== 'waiting') this.retries.attempt = 0;
    this.dial();
  }

  /** Lets go of what there is and connects anew, at once. @throws {ClientConfigError} if there is no WebSocket */
  reconnect(): void {
    this.retries.attempt = 0;
    if (this.wire) this.end({ kind: 'closed-here', message: 'Dropped by reconnect()' }, 'at-once');
    else this.dial();
  }

  /** Says goodbye and stays closed. */
  close(): void {
    if (this.current.name === 'idle' || this.current.name === 'closed') return;
    this.end({ kind: 'closed-here', message: 'Closed by this side' }, 'stay');
  }

  /** The server has gone silent. */
  giveUp(message: string): void {
    if (this.wire) this.end({ kind: 'lost', message }, 'later');
  }

  /** The server said when to come back; it counts for the next wait only. */
  advise(delayMs: number): void {
    this.retries.advise(delayMs);
  }

  /** @param urgent leaves however much waits already @throws {NotConnectedError} @throws {FrameTooLargeError} @throws {SendBufferFullError} */
  send(text: string, urgent = false): void {
    if (!this.wire) throw NotConnectedError.in(this.current);
    this.wire.send(text, urgent);
  }

  private dial(): void {
    this.webSocket ??= webSocketOf(this.options.webSocket);
    clearTimeout(this.timer);
    this.retries.attempt += 1;
    const wire = new Wire(this.webSocket, this.options, {
      opened: () => void this.open(wire),
      received: (data) => this.events.received(data),
      ended: (end, comeBack) => this.end(end, comeBack ? 'later' : 'stay'),
    });
    this.wire = wire;
    this.timer = setTimeout(() => {
      this.end({ kind: 'timed-out', message: `Not open within ${this.options.connectTimeoutMs} ms` }, 'later');
    }, this.options.connectTimeoutMs);
    wire.dial();
    if (this.wire === wire) this.enter({ name: 'connecting', attempt: this.retries.attempt });
  }

  private async open(wire: Wire): Promise<void> {
    try {
      await this.events.opening();
    } catch (error) {
      const thrown = error instanceof OnOpenError ? error.thrown : error;
      const end: ConnectionEnd = { kind: 'sign-in-failed', message: messageOf(error), error: thrown };
      if (this.wire === wire) this.end(end, isFinal(asError(thrown)) ? 'stay' : 'later');
      return;
    }
    if (this.wire !== wire) return;
    clearTimeout(this.timer);
    await this.events.joining();
    if (this.wire !== wire) return;
    this.retries.opened();
    this.current = { name: 'open' };
    this.events.opened();
    if (this.current.name === 'open') this.events.changed(this.current);
  }

  private end(end: ConnectionEnd, next: 'later' | 'at-once' | 'stay'): void {
    const { wire } = this;
    this.events.ending();
    // What came last may have made the application end it by itself.
    if (this.wire !== wire) return;
    this.wire = undefined;
    clearTimeout(this.timer);
    wire?.close();
    const waitMs = this.retries.ended();
    const delayMs = next === 'at-once' ? 0 : waitMs;
    if (delayMs === undefined || next === 'stay') {
      this.current = { name: 'closed', reason: end };
    } else {
      this.timer = setTimeout(() => this.dial(), delayMs);
      this.current = { name: 'waiting', reason: end, attempt: this.retries.attempt, delayMs, retryAtMs: Date.now() + delayMs };
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
