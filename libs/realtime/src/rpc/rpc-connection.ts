/** The calls of one session: what runs, what waits for a free place, what was taken back. */
import type { Call, FrameLimits, Message } from 'nestjs-realtime-protocol';
import { RpcError, cancelledIdMember, parseFrame } from 'nestjs-realtime-protocol';
import type { SessionCalls } from '../session/session-calls.js';
import type { Session } from '../session/session.js';
import type { ReplySink } from './call-reply.js';
import { BatchReply, SINGLE_REPLY } from './call-reply.js';
import { logLateFault, toErrorObject } from './error-mapper.js';
import { promiseOf } from './handler-result.js';
import type { MethodRegistry, RegisteredMethod } from './method-registry.js';
import type { AbortReason } from './rpc-call.js';
import { RpcCall } from './rpc-call.js';

export interface CallLimits {
  /** Calls of one session that may run at once; beyond it the socket is not read. @default 64 */
  readonly inFlight?: number;
}

export const CALL_LIMIT_DEFAULTS = Object.freeze({ inFlight: 64 }) satisfies Required<CallLimits>;

const METHOD_NOT_FOUND = RpcError.of('MethodNotFound').toErrorObject();
const ID_IN_FLIGHT = RpcError.of('InvalidRequest', 'A request with this id is still being served').toErrorObject();

interface Waiting {
  readonly call: Call;
  readonly sink: ReplySink;
}

interface Running {
  readonly call: RpcCall;
  readonly sink: ReplySink;
  /** Where it stands among the running calls. */
  key: unknown;
  timer: NodeJS.Timeout | undefined;
  answered: boolean;
}

// Shared by all sessions that have none, never written to.
const NONE_RUNNING = new Map<unknown, Running>();
const NONE_WAITING: Waiting[] = [];

export class RpcConnection implements SessionCalls {
  // By id text for requests, by the entry itself for notifications and for the id null, which may repeat.
  private running: Map<unknown, Running> = NONE_RUNNING;
  private waiting: Waiting[] = NONE_WAITING;
  private reading = true;

  constructor(
    private readonly session: Session,
    private readonly methods: MethodRegistry,
    private readonly limits: FrameLimits & Required<CallLimits>,
  ) {
    session.serve(this);
  }

  /** Takes one text frame. Never throws for what the peer sent. */
  receive(text: string): void {
    const frame = parseFrame(text, this.limits);
    if (frame.kind === 'call') {
      this.accept(frame, SINGLE_REPLY);
    } else if (frame.kind === 'batch') {
      const items = frame.items.filter((item) => item.kind !== 'answer');
      for (const item of frame.items) if (item.kind === 'answer') this.session.settle(item);
      if (items.length === 0) return;
      const sink = new BatchReply(this.session, items.length);
      for (const item of items) this.take(item, sink);
    } else {
      this.take(frame, SINGLE_REPLY);
    }
  }

  /** Nobody waits for answers any more: signals fire, what waits is dropped. */
  abortAll(reason: AbortReason): void {
    this.waiting = NONE_WAITING;
    for (const entry of this.running.values()) {
      clearTimeout(entry.timer);
      entry.answered = true;
      entry.call.abort(reason);
    }
  }

  private take(item: Message, sink: ReplySink): void {
    if (item.kind === 'call') this.accept(item, sink);
    else if (item.kind === 'invalid') sink.error(this.session, item.idText, item.error, 'parse');
    // An answer is never answered; late, repeated and invented ones change nothing.
    else this.session.settle(item);
  }

  private accept(call: Call, sink: ReplySink): void {
    // An earlier item of the same frame may have ended the session.
    if (this.session.state !== 'open') return;
    if (call.idText === undefined && cancelledIdMember(call.method) !== undefined) {
      this.cancel(call.cancels);
      sink.nothing();
    } else if (this.running.size >= this.limits.inFlight || this.waiting.length > 0) {
      if (this.waiting === NONE_WAITING) this.waiting = [];
      this.waiting.push({ call, sink });
      this.stopReading();
    } else {
      this.start(call, sink);
    }
  }

  private start(message: Call, sink: ReplySink): void {
    const { idText } = message;
    const method = this.methods.get(message.method);
    if (!method) {
      sink.error(this.session, idText, METHOD_NOT_FOUND, 'unknown');
      return;
    }
    if (idText !== undefined && this.running.has(idText)) {
      sink.error(this.session, idText, ID_IN_FLIGHT, method.name);
      return;
    }
    const { timeoutMs } = method;
    const call = new RpcCall(this.session, method.name, message.params, idText, timeoutMs > 0 ? Date.now() + timeoutMs : undefined);
    let returned: unknown;
    try {
      returned = method.handle(call);
    } catch (thrown) {
      sink.error(this.session, idText, toErrorObject(thrown, method.name), method.name);
      return;
    }
    const promise = promiseOf(returned);
    if (promise) void this.follow(call, method, sink, promise);
    else sink.result(call, returned);
  }

  /** A call whose result is not there yet. */
  private async follow(call: RpcCall, method: RegisteredMethod, sink: ReplySink, returned: Promise<unknown>): Promise<void> {
    const entry: Running = { call, sink, key: undefined, timer: undefined, answered: false };
    entry.key = call.idText === undefined || call.idText === 'null' ? entry : call.idText;
    // Made with the first call that takes time: an idle session needs no map.
    if (this.running === NONE_RUNNING) this.running = new Map();
    this.running.set(entry.key, entry);
    if (this.session.state !== 'open') {
      // The handler ended its own session before it came to wait: nobody else will tell it.
      entry.answered = true;
      call.abort('disconnected');
    } else if (method.timeoutMs > 0) entry.timer = setTimeout(() => this.giveUp(entry, 'timed-out'), method.timeoutMs);
    try {
      const result = await returned;
      if (this.settle(entry)) sink.result(call, result);
    } catch (thrown) {
      if (this.settle(entry)) sink.error(this.session, call.idText, toErrorObject(thrown, method.name), method.name);
      else logLateFault(thrown, method.name);
    }
    // Given back only now: a call that was cancelled or timed out still costs the server until its handler is done.
    this.running.delete(entry.key);
    if (this.waiting.length > 0 || !this.reading) this.startWaiting();
  }

  /** @returns false if the call was answered or given up before */
  private settle(entry: Running): boolean {
    if (entry.answered) return false;
    entry.answered = true;
    clearTimeout(entry.timer);
    return true;
  }

  private giveUp(entry: Running, reason: AbortReason): void {
    if (!this.settle(entry)) return;
    // Answered, so the peer may use the id again; the place is taken until the handler is done.
    this.running.delete(entry.key);
    entry.key = entry;
    this.running.set(entry, entry);
    entry.call.abort(reason);
    entry.sink.error(this.session, entry.call.idText, RpcCall.errorFor(reason).toErrorObject(), entry.call.method);
  }

  private startWaiting(): void {
    while (this.waiting.length > 0 && this.running.size < this.limits.inFlight && this.session.state === 'open') {
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

  /** @see LSP 3.17 `$/cancelRequest`: an unknown id is ignored, the notification itself is never answered */
  private cancel(idText: string | undefined): void {
    if (idText === undefined) return;
    const entry = this.running.get(idText);
    if (entry) {
      this.giveUp(entry, 'cancelled');
      return;
    }
    const index = this.waiting.findIndex(({ call }) => call.idText === idText);
    const [waiting] = index === -1 ? [] : this.waiting.splice(index, 1);
    waiting?.sink.error(this.session, idText, RpcError.of('RequestCancelled').toErrorObject(), waiting.call.method);
  }
}
