/** Calls of the application: they leave at once on an open connection, and wait for one that is being made. */
import type { CallOptions } from 'nestjs-realtime-protocol';
import { RawJson } from 'nestjs-realtime-protocol';
import type { ConnectionState } from '../connection/connection-state.js';
import { NotConnectedError } from '../connection/connection-state.js';
import type { Conversation } from './conversation.js';
import { WaitingCalls } from './waiting-calls.js';

export class OutgoingCalls {
  private readonly waiting: WaitingCalls;

  /** @param callTimeoutMs for calls that name none @param pendingCalls most calls that may wait for a connection */
  constructor(
    private readonly conversation: Pick<Conversation, 'request' | 'notify'>,
    private readonly state: () => ConnectionState,
    private readonly callTimeoutMs: number,
    pendingCalls: number,
  ) {
    this.waiting = new WaitingCalls(pendingCalls);
  }

  async call(method: string, params: unknown, options: CallOptions = {}): Promise<unknown> {
    if (this.isOpen) return this.request(method, params, options);
    // Encoded now: what the caller does to the params while the call waits is no longer part of it.
    const encoded = params === undefined ? undefined : RawJson.encode(params);
    return this.afterOpening((left) => this.request(method, encoded, left), options);
  }

  /** @returns false if it was not sent */
  notify(method: string, params: unknown): boolean {
    return this.isOpen && this.conversation.notify(method, params);
  }

  /** Waits for no connection: also on one that is still being opened. */
  request(method: string, params?: unknown, options: CallOptions = {}): Promise<unknown> {
    return this.conversation.request(method, params, this.limited(options));
  }

  async whenOpen(options: CallOptions): Promise<void> {
    if (!this.isOpen) await this.afterOpening(async () => undefined, options);
  }

  /** The connection is open: what waited leaves. */
  opened(): void {
    this.waiting.startAll();
  }

  /** Nobody tries to connect any more: who waits is told. */
  failWaiting(error: NotConnectedError): void {
    this.waiting.failAll(error);
  }

  private get isOpen(): boolean {
    return this.state().name === 'open';
  }

  private async afterOpening<T>(start: (left: CallOptions) => Promise<T>, options: CallOptions): Promise<T> {
    const state = this.state();
    if (state.name === 'idle' || state.name === 'closed') throw NotConnectedError.in(state);
    return this.waiting.add(start, this.limited(options));
  }

  private limited(options: CallOptions): CallOptions & { readonly timeoutMs: number } {
    return { ...options, timeoutMs: options.timeoutMs ?? this.callTimeoutMs };
  }
}
