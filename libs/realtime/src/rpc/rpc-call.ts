/** One call while it runs: what its handler can ask, and how it is taken back. */
import type { IncomingHttpHeaders } from 'node:http';
import type { ErrorObject, Params, RequestId } from 'nestjs-realtime-protocol';
import { RpcError } from 'nestjs-realtime-protocol';
import { FaultLog } from '../observe/fault-log.js';
import type { Observers } from '../observe/observers.js';
import { NO_OBSERVERS } from '../observe/observers.js';
import type { CallOutcome } from '../observe/realtime-observer.js';
import type { Handshake } from '../session/handshake.js';
import type { Session } from '../session/session.js';
import { EndedCall } from './call-facts.js';
import { survivingSignal } from './call-signal.js';
import { isReported } from './reported-fault.js';

/** Why a call's signal fired. */
export type AbortReason = 'disconnected' | 'timed-out' | 'cancelled' | 'draining';

export const CALL_ABORTED = 'CallAbortedError';

/** What `signal.reason` is. */
export class CallAbortedError extends Error {
  override readonly name = CALL_ABORTED;
  constructor(readonly code: AbortReason) {
    super(`The call was given up: ${code}`);
  }
}

/** Told how a call ends: when its answer is encoded, or known not to come. */
export type EndListener = (outcome: CallOutcome, error: ErrorObject | undefined) => void;

/** The call that a handler serves. Injected with `@RpcContext()`, and as `REQUEST` into request-scoped providers. */
export class RpcCall {
  private controller: AbortController | undefined;
  private abortedBy: AbortReason | undefined;
  private ack: { readonly promise: Promise<unknown>; resolve(value: unknown): void } | undefined;
  private abortListeners: Set<(reason: AbortReason) => void> | undefined;
  private before: (() => void)[] | undefined;
  private after: (() => void)[] | undefined;
  private endListeners: EndListener[] | undefined;
  private working: Promise<unknown> | undefined;

  constructor(
    readonly session: Session,
    /** The full name that was called. */
    readonly method: string,
    readonly params: Params | undefined,
    /** The id as JSON text; undefined for a notification. */
    readonly idText: string | undefined,
    /** When the call times out, as a Unix time in ms; undefined if it does not. */
    readonly deadlineAtMs: number | undefined,
    /** Told how the call ends; undefined if nobody listens. */
    private readonly observers?: Observers,
    /** When its frame came, on the clock of `performance.now()`; only used to tell observers. */
    private readonly arrivedAtMs: number = observers ? performance.now() : 0,
  ) {}

  /**
   * The id of the request; undefined for a notification. A number that JavaScript would write otherwise, because a double cannot hold it or
   * because it was sent as `1.0`, comes as the digits that were sent.
   */
  get id(): RequestId | undefined {
    if (this.idText === undefined) return undefined;
    const id = JSON.parse(this.idText) as RequestId;
    return typeof id === 'number' && String(id) !== this.idText ? this.idText : id;
  }

  get isNotification(): boolean {
    return this.idText === undefined;
  }

  /** The handler is at work behind interceptors, which may turn away from it before it is done; undefined if it is not. @internal */
  get handlerWork(): Promise<unknown> | undefined {
    return this.working;
  }

  /** Told of what the handler does behind interceptors, each time that they call it. @internal */
  works(work: Promise<unknown>): void {
    const all = this.working ? Promise.allSettled([this.working, work]) : work;
    const done = (): void => {
      if (this.working === all) this.working = undefined;
    };
    this.working = all;
    all.then(done, done);
  }

  /** The same as `deadlineAtMs`, as a date. */
  get deadline(): Date | undefined {
    return this.deadlineAtMs === undefined ? undefined : new Date(this.deadlineAtMs);
  }

  /**
   * Fires when nobody waits for the answer any more: disconnect, timeout, cancel or drain. Its reason is a {@link CallAbortedError}. What a
   * listener throws is logged.
   */
  get signal(): AbortSignal {
    if (!this.controller) {
      // Made on demand: an AbortController costs more than a whole call, and most handlers never look.
      this.controller = new AbortController();
      survivingSignal(this.controller, (fault) =>
        new FaultLog(this.observers ?? NO_OBSERVERS).report(`An abort listener of ${this.method} failed`, fault),
      );
      if (this.abortedBy) this.controller.abort(new CallAbortedError(this.abortedBy));
    }
    return this.controller.signal;
  }

  get handshake(): Handshake {
    return this.session.handshake;
  }

  /** Headers of the opening request, where strategies written for HTTP look for them. */
  get headers(): Readonly<IncomingHttpHeaders> {
    return this.session.handshake.headers;
  }

  /**
   * Runs `settle` in the same step that queues the reply, just before it: what it changes is seen by nobody else before the reply is
   * on its way. It may throw an RpcError, which becomes the reply. Nothing runs if the call fails, is cancelled or times out.
   */
  beforeReply(settle: () => void): void {
    (this.before ??= []).push(settle);
  }

  /** Runs `act` right after the result was queued: whatever it pushes to this session follows it. Nothing runs if the call fails. */
  afterReply(act: () => void): void {
    (this.after ??= []).push(act);
  }

  /** What `@Ack()` was called with; waits until it is. @internal */
  acknowledged(): Promise<unknown> {
    return this.acknowledgement().promise;
  }

  /** @internal */
  acknowledge(value: unknown): void {
    this.acknowledgement().resolve(value);
  }

  private acknowledgement(): { readonly promise: Promise<unknown>; resolve(value: unknown): void } {
    if (!this.ack) {
      let resolve: (value: unknown) => void = () => undefined;
      const promise = new Promise<unknown>((done) => (resolve = done));
      this.ack = { promise, resolve };
    }
    return this.ack;
  }

  /** Why nobody waits for the answer any more; undefined while somebody does. @internal */
  get abortReason(): AbortReason | undefined {
    return this.abortedBy;
  }

  /** @internal */
  abort(reason: AbortReason): void {
    if (this.abortedBy) return;
    this.abortedBy = reason;
    this.controller?.abort(new CallAbortedError(reason));
    for (const listener of this.abortListeners ?? []) listener(reason);
    this.abortListeners = undefined;
  }

  /** Like a listener on the signal, without the cost of one. @returns takes the listener back @internal */
  onAbort(listener: (reason: AbortReason) => void): () => void {
    if (this.abortedBy) listener(this.abortedBy);
    else (this.abortListeners ??= new Set()).add(listener);
    return () => this.abortListeners?.delete(listener);
  }

  /**
   * Told once, when the answer is encoded or known not to come.
   * @param fault what was thrown, if the answer is an InternalError @internal
   */
  ended(outcome: CallOutcome, error?: ErrorObject, fault?: unknown): void {
    if (this.endListeners) for (const listener of this.endListeners) listener(outcome, error);
    if (!this.observers) return;
    const { method, session, idText } = this;
    const facts = new EndedCall(session, method, idText, outcome, performance.now() - this.arrivedAtMs, error);
    this.observers.tell('callEnded', facts);
    const { errorId } = facts;
    if (errorId !== undefined && this.observers.hears('fault') && !isReported(fault)) {
      this.observers.tell('fault', { what: `The handler of ${method} failed`, error: fault, method, sessionId: session.id, errorId });
    }
  }

  /** Listens to how the call ends. @internal */
  onEnd(listener: EndListener): void {
    (this.endListeners ??= []).push(listener);
  }

  /** True if something settles together with the reply. @internal */
  get settlesWithReply(): boolean {
    return this.before !== undefined;
  }

  /** @internal */
  runBeforeReply(): void {
    if (this.before) for (const settle of this.before) settle();
  }

  /** The call failed after all. @internal */
  forgetAfterReply(): void {
    this.after = undefined;
  }

  /** @internal */
  runAfterReply(): void {
    if (this.after) for (const act of this.after) act();
  }

  /** What a caller is told whose call was given up. @internal */
  static errorFor(reason: AbortReason): RpcError {
    if (reason === 'cancelled') return RpcError.of('RequestCancelled');
    return reason === 'timed-out' ? RpcError.of('Timeout') : RpcError.of('ServiceUnavailable');
  }

  /** What observers are told of a call that was given up. @internal */
  static outcomeFor(reason: AbortReason): CallOutcome {
    if (reason === 'timed-out') return 'timeout';
    return reason === 'draining' ? 'error' : reason;
  }
}
