/** The calls of one session whose handlers are at work: how they end, and how they are given up. */
import { promiseOf } from '../observe/promise-of.js';
import type { Session } from '../session/session.js';
import type { FrameLoad } from './call-load.js';
import { CallLoad } from './call-load.js';
import type { ReplySink } from './call-reply.js';
import type { CallSurroundings } from './call-surroundings.js';
import { logLateFault, toErrorObject } from './error-mapper.js';
import type { RegisteredMethod } from './method-registry.js';
import type { AbortReason } from './rpc-call.js';
import { RpcCall } from './rpc-call.js';
import type { Running } from './unanswered-call.js';
import { NONE_RUNNING, settle } from './unanswered-call.js';

export abstract class RunningCalls {
  // By id text for requests, by the entry itself for notifications and for the id null, which may repeat.
  protected running: Map<unknown, Running> = NONE_RUNNING;
  /** How many calls may run at once; 0 while one runs that the others wait for. */
  protected places: number;
  // Made with the first call that takes time: an idle session needs none.
  private load: CallLoad | undefined;
  /** Told when nothing runs or waits any more; there is one when no more are begun. */
  protected whenDone: (() => void) | undefined;

  constructor(
    readonly session: Session,
    protected readonly surroundings: CallSurroundings,
  ) {
    this.places = surroundings.limits.inFlight;
  }

  /** True while somebody waits for an answer. */
  abstract get busy(): boolean;

  /** A handler is done: there may be room for another call. */
  protected abstract placeFree(): void;

  /** Too much is kept for calls already: no more of them shall be read. */
  protected abstract stopReading(): void;

  giveUpAll(): void {
    for (const entry of this.running.values()) this.giveUp(entry, 'draining');
  }

  protected get answersDue(): boolean {
    for (const { answered } of this.running.values()) if (!answered) return true;
    return false;
  }

  /** Nobody waits for answers any more. */
  protected abortRunning(): void {
    for (const entry of this.running.values()) {
      if (!settle(entry)) continue;
      entry.call.abort('disconnected');
      entry.call.ended('disconnected');
    }
  }

  /** A call runs or waits from now on, and what came with it is kept. */
  protected keep(load: FrameLoad): void {
    (this.load ??= new CallLoad(this.surroundings.limits.inFlightBytes)).add(load);
    if (this.load.isTooMuch) this.stopReading();
  }

  protected letGo(load: FrameLoad): void {
    this.load?.remove(load);
  }

  protected get isLoaded(): boolean {
    return this.load?.isTooMuch === true;
  }

  protected run(call: RpcCall, method: RegisteredMethod, sink: ReplySink, load: FrameLoad): void {
    let returned: unknown;
    let promise: Promise<unknown> | undefined;
    try {
      returned = this.surroundings.scope.run(method.handle, call);
      promise = promiseOf(returned);
    } catch (thrown) {
      this.fail(call, sink, thrown);
      return;
    }
    if (promise) {
      void this.follow(call, method, sink, promise, load);
    } else if (this.session.state === 'open') {
      sink.result(call, returned);
    } else {
      // The handler ended its own session: nobody can be answered any more.
      call.abort('disconnected');
      call.ended('disconnected');
    }
  }

  private fail(call: RpcCall, sink: ReplySink, thrown: unknown): void {
    // What was answered counts: an error that cannot be sent becomes another one.
    const answered = sink.error(this.session, call.idText, toErrorObject(thrown, call.method), call.method);
    call.ended('error', answered, thrown);
  }

  /** What fails because nobody waits any more is no news; what fails after its time was over may be why it took so long. */
  private failLate(call: RpcCall, thrown: unknown): void {
    const { abortReason, method, session } = call;
    const isOurs = abortReason === 'timed-out' || abortReason === 'draining';
    if (!logLateFault(thrown, method, isOurs) || !isOurs) return;
    const { observers } = this.surroundings;
    if (!observers.hears('fault')) return;
    observers.tell('fault', { what: `${method} failed after its call was given up`, error: thrown, method, sessionId: session.id });
  }

  /** A call whose result is not there yet. */
  private async follow(
    call: RpcCall,
    method: RegisteredMethod,
    sink: ReplySink,
    returned: Promise<unknown>,
    load: FrameLoad,
  ): Promise<void> {
    const entry: Running = { call, sink, load, key: undefined, timer: undefined, answered: false };
    entry.key = call.idText === undefined || call.idText === 'null' ? entry : call.idText;
    // Made with the first call that takes time: an idle session needs no map.
    if (this.running === NONE_RUNNING) this.running = new Map();
    this.running.set(entry.key, entry);
    this.keep(load);
    if (method.isExclusive) this.places = 0;
    if (this.session.state !== 'open') {
      // The handler ended its own session before it came to wait: nobody else will tell it.
      entry.answered = true;
      call.abort('disconnected');
      call.ended('disconnected');
    } else if (method.timeoutMs > 0) entry.timer = setTimeout(() => this.giveUp(entry, 'timed-out'), method.timeoutMs);
    try {
      const result = await returned;
      if (settle(entry)) sink.result(call, result);
    } catch (thrown) {
      if (settle(entry)) this.fail(call, sink, thrown);
      else this.failLate(call, thrown);
    } finally {
      if (call.handlerWork) await this.outlast(entry, call.handlerWork);
      // Given back only now: a call that was cancelled or timed out still costs the server until its handler is done.
      this.running.delete(entry.key);
      this.letGo(load);
      if (method.isExclusive) this.places = this.surroundings.limits.inFlight;
      this.placeFree();
      this.tellIfDone();
    }
  }

  protected giveUp(entry: Running, reason: AbortReason): void {
    if (!settle(entry)) return;
    this.freeId(entry);
    entry.call.abort(reason);
    const error = RpcCall.errorFor(reason).toErrorObject();
    entry.call.ended(RpcCall.outcomeFor(reason), error);
    entry.sink.error(this.session, entry.call.idText, error, entry.call.method);
    this.tellIfDone();
  }

  /** Interceptors have turned away from a handler that is still at work, because the call was given up or they had enough of it. */
  private async outlast(entry: Running, work: Promise<unknown>): Promise<void> {
    this.freeId(entry);
    this.tellIfDone();
    try {
      await work;
    } catch (thrown) {
      this.failLate(entry.call, thrown);
    }
  }

  /** Answered, so the peer may use the id again; the place is taken until the handler is done. */
  private freeId(entry: Running): void {
    this.running.delete(entry.key);
    entry.key = entry;
    this.running.set(entry, entry);
  }

  protected tellIfDone(): void {
    if (this.whenDone && !this.busy) this.whenDone();
  }
}
