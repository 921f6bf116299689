/** What comes in from the peer of one session: its calls are begun, wait for a free place, or are taken back. */
import type { Answer, Call, ErrorObject, Invalid, Message } from 'nestjs-realtime-protocol';
import { RpcError, cancelledIdMember, parseFrame } from 'nestjs-realtime-protocol';
import type { SessionCalls } from '../session/session-calls.js';
import type { Session } from '../session/session.js';
import type { ReplySink } from './call-reply.js';
import { StartedCall } from './call-facts.js';
import type { FrameLoad } from './call-load.js';
import { BatchLoad, bytesOf } from './call-load.js';
import { BatchReply, HeldAnswers } from './call-reply.js';
import type { CallSurroundings } from './call-surroundings.js';
import type { MethodRegistry, RegisteredMethod } from './method-registry.js';
import { CANCELLED, DRAINING, ID_IN_FLIGHT, METHOD_NOT_FOUND, newCall } from './new-call.js';
import type { RpcCall } from './rpc-call.js';
import { charged, userCharged } from './charged.js';
import { RunningCalls } from './running-calls.js';
import type { Waiting } from './unanswered-call.js';
import { NONE_WAITING } from './unanswered-call.js';

export class RpcConnection extends RunningCalls implements SessionCalls {
  private waiting: Waiting[] = NONE_WAITING;
  private reading = true;
  // Made with the first batch.
  private held: HeldAnswers | undefined;

  constructor(
    session: Session,
    private readonly methods: MethodRegistry,
    surroundings: CallSurroundings,
  ) {
    super(session, surroundings);
    session.calls = this;
  }

  /** Takes one text frame. Never throws for what the peer sent. @param bytes of its UTF-8 */
  receive(text: string, bytes: number = text.length): void {
    const { limits, reply } = this.surroundings;
    const frame = parseFrame(text, limits);
    if (frame.kind === 'call') {
      this.accept(frame, reply, bytes);
    } else if (frame.kind === 'batch') {
      const items = frame.items.filter((item) => item.kind !== 'answer');
      for (const item of frame.items) if (item.kind === 'answer') this.settleOwn(item);
      if (items.length === 0) return;
      this.takeBatch(items, bytes);
    } else {
      this.take(frame, reply, bytes);
    }
  }

  get busy(): boolean {
    return this.answersDue || this.waiting.length > 0;
  }

  /** Calls that wait or come later are refused, so that the peer can repeat them elsewhere. */
  finish(whenDone: () => void): void {
    this.whenDone = whenDone;
    const waiting = this.waiting;
    this.waiting = NONE_WAITING;
    for (const entry of waiting) this.begin(entry);
    this.startWaiting();
    this.tellIfDone();
  }

  /** Nobody waits for answers any more: signals fire, what waits is dropped. */
  abortAll(): void {
    const { waiting } = this;
    this.waiting = NONE_WAITING;
    for (const entry of waiting) this.unbegun(entry).ended('disconnected');
    this.abortRunning();
  }

  /** One whose answers could not leave together, even if all of them were errors, is refused before any of it is done. */
  private takeBatch(items: readonly (Call | Invalid)[], bytes: number): void {
    const { maxBytes } = this.surroundings.reply;
    let answers = 0;
    let idBytes = 0;
    for (const { idText } of items) {
      if (idText === undefined) continue;
      answers++;
      idBytes += Buffer.byteLength(idText);
    }
    const leastBytes = BatchReply.leastBytes(answers, idBytes);
    if (answers > 0 && leastBytes > maxBytes) {
      this.refuseFrame(batchTooLarge(Math.floor((answers * maxBytes) / leastBytes)), this.surroundings.reply, bytes);
      return;
    }
    const sink = new BatchReply(this.session, items.length, maxBytes, Math.min(leastBytes, maxBytes), (this.held ??= new HeldAnswers()));
    const load = new BatchLoad(bytes);
    for (const item of items) this.take(item, sink, load);
  }

  private take(item: Message, sink: ReplySink, load: FrameLoad): void {
    if (item.kind === 'call') this.accept(item, sink, load);
    else if (item.kind === 'invalid') this.refuseFrame(item, sink, load);
    else this.settleOwn(item);
  }

  /** An answer is never answered. Late, repeated and invented ones change nothing, but they are charged. */
  private settleOwn(item: Answer): void {
    if (!this.session.settle(item)) this.charge();
  }

  /** For what is no call and gets no answer. */
  protected charge(): void {
    if (this.session.state === 'open') this.surroundings.gate?.check(this.session, undefined, 0);
  }

  /** What is no call at all is charged too, or it would be the cheapest way to keep a server busy. */
  private refuseFrame(item: Invalid, sink: ReplySink, load: FrameLoad): void {
    // An earlier item of the same frame may have ended the session.
    if (this.session.state !== 'open') return;
    const { observers, gate } = this.surroundings;
    const error = (gate && charged(gate, this.session, undefined, load)) ?? item.error;
    if (observers.hears('frameRejected')) observers.tell('frameRejected', { sessionId: this.session.id, code: error.code });
    sink.error(this.session, item.idText, error, 'parse');
  }

  private accept(call: Call, sink: ReplySink, load: FrameLoad): void {
    // An earlier item of the same frame may have ended the session.
    if (this.session.state !== 'open') return;
    if (call.idText === undefined && cancelledIdMember(call.method) !== undefined) {
      // One that takes a call back spares the server work; others are charged like bad frames.
      if (!this.cancel(call.cancels)) this.charge();
      sink.nothing();
      return;
    }
    const { gate, limits, observers } = this.surroundings;
    const method = this.methods.get(call.method);
    // Charged when it comes: one that waits and is taken back costs the server as well.
    const refusal = gate && charged(gate, this.session, method, load);
    if (!refusal && !this.whenDone && (this.running.size >= this.places || this.waiting.length > 0)) {
      if (this.waiting === NONE_WAITING) this.waiting = [];
      const userId = this.session.principal?.userId;
      this.waiting.push({ call, method, sink, load, userId, arrivedAtMs: observers.hearsCalls ? performance.now() : undefined });
      this.keep(load);
      if (this.running.size + this.waiting.length > limits.inFlight) this.stopReading();
    } else {
      this.start(call, method, sink, load, refusal);
    }
  }

  private begin({ call, method, sink, load, userId, arrivedAtMs }: Waiting): void {
    this.letGo(load);
    const { gate } = this.surroundings;
    const isCharged = !gate || this.session.principal?.userId === userId;
    this.start(call, method, sink, load, isCharged ? undefined : userCharged(gate, this.session, method, load), arrivedAtMs);
  }

  private start(
    message: Call,
    method: RegisteredMethod | undefined,
    sink: ReplySink,
    load: FrameLoad,
    gateRefusal?: ErrorObject,
    arrivedAtMs?: number,
  ): void {
    const { idText } = message;
    const { observers } = this.surroundings;
    const refusal = gateRefusal ?? this.refusalOf(method, idText);
    const call = newCall(this.session, message, method, observers, arrivedAtMs);
    if (!method || refusal) {
      call.ended('refused', refusal ?? METHOD_NOT_FOUND);
      sink.error(this.session, idText, refusal ?? METHOD_NOT_FOUND, call.method);
      return;
    }
    if (observers.hearsCalls && observers.hears('callStarted'))
      observers.tell('callStarted', new StartedCall(this.session, call.method, idText));
    this.run(call, method, sink, load);
  }

  /** A call that waited in vain. */
  private unbegun({ call, method, load, arrivedAtMs }: Waiting): RpcCall {
    this.letGo(load);
    return newCall(this.session, call, method, this.surroundings.observers, arrivedAtMs);
  }

  private refusalOf(method: RegisteredMethod | undefined, idText: string | undefined): ErrorObject | undefined {
    if (this.whenDone) return DRAINING;
    if (!method) return METHOD_NOT_FOUND;
    return idText !== undefined && this.running.has(idText) ? ID_IN_FLIGHT : undefined;
  }

  protected placeFree(): void {
    if (this.waiting.length > 0 || !this.reading) this.startWaiting();
  }

  private startWaiting(): void {
    let last: FrameLoad | undefined;
    let bytes = 0;
    while (this.waiting.length > 0 && this.running.size < this.places && this.session.state === 'open') {
      const next = this.waiting.shift();
      if (!next) break;
      this.begin(next);
      // The items of a batch have come in one frame.
      if (next.load !== last || typeof last === 'number') bytes += bytesOf(next.load);
      last = next.load;
      if (bytes > BYTES_AT_ONCE && this.waiting.length > 0) {
        // They have waited together; others shall not wait for all of them.
        setImmediate(() => this.startWaiting());
        return;
      }
    }
    // Once no more calls are begun, none of them can be too many: those that run may be taken back.
    if (this.waiting.length === 0 && !this.reading && (!this.isLoaded || this.whenDone)) {
      this.reading = true;
      this.session.resumeReading();
    }
  }

  protected stopReading(): void {
    // A peer that is sent away must still be heard: it has our close frame to answer.
    if (!this.reading || this.session.state !== 'open') return;
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
    if (!waiting) return false;
    this.unbegun(waiting).ended('cancelled', CANCELLED);
    waiting.sink.error(this.session, idText, CANCELLED, waiting.call.method);
    // There may be nothing left for which the socket is not read.
    this.startWaiting();
    return true;
  }
}

/** Bytes of the frames whose calls may begin in one turn of the event loop, when they have waited. */
const BYTES_AT_ONCE = 64 * 1024;

function batchTooLarge(maxBatchItems: number): Invalid {
  const error = RpcError.of('InvalidRequest', 'The answers of this batch would be longer than the server may send at once', {
    maxBatchItems,
  });
  return { kind: 'invalid', idText: 'null', error: error.toErrorObject() };
}
