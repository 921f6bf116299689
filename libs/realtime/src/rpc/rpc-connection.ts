/** The calls of one session: what runs, what waits for a free place, what was taken back. */
import type { Answer, Call, ErrorObject, Invalid, Message } from 'nestjs-realtime-protocol';
import { RpcError, cancelledIdMember, parseFrame } from 'nestjs-realtime-protocol';
import type { SessionCalls } from '../session/session-calls.js';
import type { Session } from '../session/session.js';
import type { ReplySink } from './call-reply.js';
import { StartedCall } from './call-facts.js';
import { BatchReply } from './call-reply.js';
import type { CallSurroundings } from './call-surroundings.js';
import { logLateFault, toErrorObject } from './error-mapper.js';
import { promiseOf } from './handler-result.js';
import type { MethodRegistry, RegisteredMethod } from './method-registry.js';
import type { AbortReason } from './rpc-call.js';
import { RpcCall } from './rpc-call.js';
import type { Running, Waiting } from './unanswered-call.js';
import { NONE_RUNNING, NONE_WAITING, settle } from './unanswered-call.js';

const METHOD_NOT_FOUND = RpcError.of('MethodNotFound').toErrorObject();
const DRAINING = RpcError.of('ServiceUnavailable', 'This node is going away and begins no more calls').toErrorObject();
const ID_IN_FLIGHT = RpcError.of('InvalidRequest', 'A request with this id is still being served').toErrorObject();

export class RpcConnection implements SessionCalls {
  // By id text for requests, by the entry itself for notifications and for the id null, which may repeat.
  private running: Map<unknown, Running> = NONE_RUNNING;
  private waiting: Waiting[] = NONE_WAITING;
  private reading = true;
  /** How many calls may run at once; 0 while one runs that the others wait for. */
  private places: number;
  private whenDone: (() => void) | undefined;

  constructor(
    readonly session: Session,
    private readonly methods: MethodRegistry,
    protected readonly surroundings: CallSurroundings,
  ) {
    this.places = surroundings.limits.inFlight;
    session.calls = this;
  }

  /** Takes one text frame. Never throws for what the peer sent. */
  receive(text: string): void {
    const { limits, reply } = this.surroundings;
    const frame = parseFrame(text, limits);
    if (frame.kind === 'call') {
      this.accept(frame, reply);
    } else if (frame.kind === 'batch') {
      const items = frame.items.filter((item) => item.kind !== 'answer');
      for (const item of frame.items) if (item.kind === 'answer') this.settleOwn(item);
      if (items.length === 0) return;
      const sink = new BatchReply(this.session, items.length, reply.maxBytes);
      for (const item of items) this.take(item, sink);
    } else {
      this.take(frame, reply);
    }
  }

  get busy(): boolean {
    for (const { answered } of this.running.values()) if (!answered) return true;
    return this.waiting.length > 0;
  }

  /** Calls that wait or come later are refused, so that the peer can repeat them elsewhere. */
  finish(whenDone: () => void): void {
    this.whenDone = whenDone;
    const waiting = this.waiting;
    this.waiting = NONE_WAITING;
    for (const { call, sink } of waiting) this.start(call, sink);
    this.startWaiting();
    this.tellIfDone();
  }

  giveUpAll(): void {
    for (const entry of this.running.values()) this.giveUp(entry, 'draining');
  }

  /** Nobody waits for answers any more: signals fire, what waits is dropped. */
  abortAll(): void {
    this.waiting = NONE_WAITING;
    for (const entry of this.running.values()) {
      if (!settle(entry)) continue;
      entry.call.abort('disconnected');
      entry.call.ended('disconnected');
    }
  }

  private take(item: Message, sink: ReplySink): void {
    if (item.kind === 'call') this.accept(item, sink);
    else if (item.kind === 'invalid') this.refuseFrame(item, sink);
    else this.settleOwn(item);
  }

  /** An answer is never answered. Late, repeated and invented ones change nothing, but they are charged. */
  private settleOwn(item: Answer): void {
    if (!this.session.settle(item)) this.charge();
  }

  /** For what is no call and gets no answer. */
  private charge(): void {
    if (this.session.state === 'open') this.surroundings.gate?.check(this.session, undefined);
  }

  /** What is no call at all is charged too, or it would be the cheapest way to keep a server busy. */
  private refuseFrame(item: Invalid, sink: ReplySink): void {
    // An earlier item of the same frame may have ended the session.
    if (this.session.state !== 'open') return;
    const { observers, gate } = this.surroundings;
    const error = gate?.check(this.session, undefined) ?? item.error;
    if (observers.hears('frameRejected')) observers.tell('frameRejected', { sessionId: this.session.id, code: item.error.code });
    sink.error(this.session, item.idText, error, 'parse');
  }

  private accept(call: Call, sink: ReplySink): void {
    // An earlier item of the same frame may have ended the session.
    if (this.session.state !== 'open') return;
    if (call.idText === undefined && cancelledIdMember(call.method) !== undefined) {
      // One that takes a call back spares the server work; others are charged like bad frames.
      if (!this.cancel(call.cancels)) this.charge();
      sink.nothing();
    } else if ((this.running.size >= this.places || this.waiting.length > 0) && !this.whenDone) {
      if (this.waiting === NONE_WAITING) this.waiting = [];
      this.waiting.push({ call, sink });
      if (this.running.size + this.waiting.length > this.surroundings.limits.inFlight) this.stopReading();
    } else {
      this.start(call, sink);
    }
  }

  private start(message: Call, sink: ReplySink): void {
    const { idText } = message;
    const { observers, gate } = this.surroundings;
    const method = this.methods.get(message.method);
    const refusal = gate?.check(this.session, method) ?? this.refusalOf(method, idText);
    const watched = observers.hearsCalls;
    const timeoutMs = method?.timeoutMs ?? 0;
    const deadlineAtMs = timeoutMs > 0 ? Date.now() + timeoutMs : undefined;
    const call = new RpcCall(
      this.session,
      method?.name ?? 'unknown',
      message.params,
      idText,
      deadlineAtMs,
      watched ? observers : undefined,
    );
    if (!method || refusal) {
      call.ended('refused', refusal ?? METHOD_NOT_FOUND);
      sink.error(this.session, idText, refusal ?? METHOD_NOT_FOUND, call.method);
      return;
    }
    if (watched && observers.hears('callStarted')) observers.tell('callStarted', new StartedCall(this.session, call.method, idText));
    let returned: unknown;
    try {
      returned = method.handle(call);
    } catch (thrown) {
      this.fail(call, sink, thrown);
      return;
    }
    const promise = promiseOf(returned);
    if (promise) void this.follow(call, method, sink, promise);
    else sink.result(call, returned);
  }

  private refusalOf(method: RegisteredMethod | undefined, idText: string | undefined): ErrorObject | undefined {
    if (this.whenDone) return DRAINING;
    if (!method) return METHOD_NOT_FOUND;
    return idText !== undefined && this.running.has(idText) ? ID_IN_FLIGHT : undefined;
  }

  private fail(call: RpcCall, sink: ReplySink, thrown: unknown): void {
    const error = toErrorObject(thrown, call.method);
    call.ended('error', error, thrown);
    sink.error(this.session, call.idText, error, call.method);
  }

  /** A call whose result is not there yet. */
  private async follow(call: RpcCall, method: RegisteredMethod, sink: ReplySink, returned: Promise<unknown>): Promise<void> {
    const entry: Running = { call, sink, key: undefined, timer: undefined, answered: false };
    entry.key = call.idText === undefined || call.idText === 'null' ? entry : call.idText;
    // Made with the first call that takes time: an idle session needs no map.
    if (this.running === NONE_RUNNING) this.running = new Map();
    this.running.set(entry.key, entry);
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
      else logLateFault(thrown, method.name);
    }
    // Given back only now: a call that was cancelled or timed out still costs the server until its handler is done.
    this.running.delete(entry.key);
    if (method.isExclusive) this.places = this.surroundings.limits.inFlight;
    if (this.waiting.length > 0 || !this.reading) this.startWaiting();
    this.tellIfDone();
  }

  private giveUp(entry: Running, reason: AbortReason): void {
    if (!settle(entry)) return;
    // Answered, so the peer may use the id again; the place is taken until the handler is done.
    this.running.delete(entry.key);
    entry.key = entry;
    this.running.set(entry, entry);
    entry.call.abort(reason);
    const error = RpcCall.errorFor(reason).toErrorObject();
    entry.call.ended(RpcCall.outcomeFor(reason), error);
    entry.sink.error(this.session, entry.call.idText, error, entry.call.method);
    this.tellIfDone();
  }

  private tellIfDone(): void {
    if (this.whenDone && !this.busy) this.whenDone();
  }

  private startWaiting(): void {
    while (this.waiting.length > 0 && this.running.size < this.places && this.session.state === 'open') {
      const next = this.waiting.shift();
      if (next) this.start(next.call, next.sink);
    }
    if (this.waiting.length === 0 && !this.reading) {
      this.reading = true;
      this.session.resumeReading();
    }
  }

  private stopReading(): void {
    if (!this.reading) return;
    this.reading = false;
    this.session.pauseReading();
  }

  /** @see LSP 3.17 `$/cancelRequest`: an unknown id is ignored, the notification itself is never answered. @returns false then */
  private cancel(idText: string | undefined): boolean {
    if (idText === undefined) return false;
    const entry = this.running.get(idText);
    if (entry) {
      this.giveUp(entry, 'cancelled');
      return true;
    }
    const index = this.waiting.findIndex(({ call }) => call.idText === idText);
    const [waiting] = index === -1 ? [] : this.waiting.splice(index, 1);
    waiting?.sink.error(this.session, idText, RpcError.of('RequestCancelled').toErrorObject(), waiting.call.method);
    return waiting !== undefined;
  }
}
