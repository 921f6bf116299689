/** Where the answer of a call goes: into a frame of its own, or into the array of its batch. */
import { encodeError, encodeResult } from 'nestjs-realtime-protocol';
import type { ErrorObject } from 'nestjs-realtime-protocol';
import type { Session } from '../session/session.js';
import { errorIdOf } from './call-facts.js';
import { internalError, toErrorObject } from './error-mapper.js';
import type { RpcCall } from './rpc-call.js';

/** Takes the answer of one item. */
export interface ReplySink {
  result(call: RpcCall, result: unknown): void;
  /**
   * @param idText undefined for a notification, which is not answered
   * @param method for the log
   * @returns the error that is answered; another one than it was given if that cannot be sent
   */
  error(session: Session, idText: string | undefined, error: ErrorObject, method: string): ErrorObject;
  /** The item gets no answer. */
  nothing(): void;
}

/** Answers with a frame of its own; one object for all sessions. */
export class SingleReply implements ReplySink {
  /** @param maxBytes a longer answer could not leave even if nothing waited, so its call fails */
  constructor(readonly maxBytes: number) {}

  result(call: RpcCall, result: unknown): void {
    const text = resultText(call, result, this.maxBytes);
    if (text !== undefined) call.session.send(text);
    afterReply(call);
  }

  error(session: Session, idText: string | undefined, error: ErrorObject, method: string): ErrorObject {
    if (idText === undefined) return error;
    const answer = errorAnswer(idText, error, method, this.maxBytes);
    session.send(answer.text);
    return answer.error;
  }

  nothing(): void {}
}

/** Bytes of a batch that are kept for each of its answers, so that it can at least say that it failed. */
const ERROR_BYTES = 256;

/** What the answers of one session that wait for the rest of their batches have beyond the bytes of an error. */
export class HeldAnswers {
  bytes = 0;
}

/** Collects the answers of a batch and sends them as one array, or nothing if there are none. @see JSON-RPC 2.0 §6 */
export class BatchReply implements ReplySink {
  private readonly answers: (string | (() => string | undefined))[] = [];
  private readonly calls: RpcCall[] = [];
  /** Bytes that answers may still have beyond those that are kept for each. */
  private room: number;
  /** Bytes of answers that are kept, beyond those that each may have. */
  private kept = 0;

  /**
   * @param maxBytes what no longer fits into an array of so many bytes becomes an InternalError; so does what all unfinished batches of the session
   * would keep beyond it
   * @param leastBytes what is kept for errors, see {@link leastBytes}; not more than `maxBytes`
   * @param held by all batches of the session
   */
  constructor(
    private readonly session: Session,
    private waiting: number,
    private readonly maxBytes: number,
    leastBytes: number,
    private readonly held: HeldAnswers = new HeldAnswers(),
  ) {
    this.room = maxBytes - leastBytes;
  }

  /**
   * Bytes of the answer if every item of a batch fails.
   * @param items that get an answer
   * @param idBytes of the ids of all items: each answer repeats its own
   */
  static leastBytes(items: number, idBytes: number): number {
    return items * ERROR_BYTES + idBytes;
  }

  result(call: RpcCall, result: unknown): void {
    if (call.settlesWithReply) {
      // Encoded when the batch leaves: settling may still turn the result into an error.
      this.answers.push(() => this.resultText(call, result));
    } else {
      const text = this.resultText(call, result);
      if (text !== undefined) this.answers.push(text);
    }
    this.calls.push(call);
    this.nothing();
  }

  error(_session: Session, idText: string | undefined, error: ErrorObject, method: string): ErrorObject {
    const answer = idText === undefined ? undefined : errorAnswer(idText, error, method, this.roomForOne);
    if (answer) this.answers.push(this.counted(answer.text));
    this.nothing();
    return answer?.error ?? error;
  }

  nothing(): void {
    if (--this.waiting > 0) return;
    // What leaves now waits no more, and what is encoded only now has the room of it.
    this.held.bytes -= this.kept;
    this.kept = 0;
    const texts = this.answers.map((answer) => (typeof answer === 'string' ? answer : answer())).filter((text) => text !== undefined);
    if (texts.length > 0) this.session.send(`[${texts.join(',')}]`);
    for (const call of this.calls) afterReply(call);
  }

  private resultText(call: RpcCall, result: unknown): string | undefined {
    const text = resultText(call, result, this.roomForOne);
    return text === undefined ? undefined : this.counted(text);
  }

  private get roomForOne(): number {
    return Math.min(this.room, this.maxBytes - this.held.bytes) + ERROR_BYTES;
  }

  private counted(text: string): string {
    const bytes = Math.max(0, Buffer.byteLength(text) + 1 - ERROR_BYTES);
    this.room -= bytes;
    if (this.waiting > 0) {
      this.kept += bytes;
      this.held.bytes += bytes;
    }
    return text;
  }
}

function resultText(call: RpcCall, result: unknown, room: number): string | undefined {
  try {
    const { idText } = call;
    if (call.settlesWithReply) {
      // Settling changes what others see: an answer that cannot leave fails before that.
      if (idText !== undefined) fitting(encodeResult(idText, result), room);
      call.runBeforeReply();
    }
    const text = idText === undefined ? undefined : fitting(encodeResult(idText, result), room);
    call.ended('ok');
    return text;
  } catch (fault) {
    // Translated: what settling refused, or a result that JSON cannot carry or the queue cannot hold, is this call's error.
    call.forgetAfterReply();
    const error = toErrorObject(fault, call.method);
    const answer = call.idText === undefined ? undefined : errorAnswer(call.idText, error, call.method, room);
    call.ended('error', answer?.error ?? error, fault);
    return answer?.text;
  }
}

/** The error that can be sent, and its text. */
function errorAnswer(idText: string, error: ErrorObject, method: string, room: number): { error: ErrorObject; text: string } {
  try {
    return { error, text: fitting(encodeError(idText, error), room) };
  } catch (fault) {
    // Translated: details that JSON cannot carry or the queue cannot hold must not cost the caller its answer.
    const sendable = internalError(fault, method, errorIdOf(error));
    return { error: sendable, text: encodeError(idText, sendable) };
  }
}

/** @throws {RangeError} for the log: whoever wrote the method should know why its callers got nothing */
function fitting(text: string, room: number): string {
  // Most answers are so short that nobody needs to count their bytes: a character has three at the most.
  if (text.length * 3 <= room) return text;
  const bytes = Buffer.byteLength(text);
  if (bytes > room) throw new RangeError(`the answer has ${bytes} bytes, and outbound.maxBytes leaves room for ${Math.max(room, 0)}`);
  return text;
}

function afterReply(call: RpcCall): void {
  try {
    call.runAfterReply();
  } catch (fault) {
    // Survived: the caller has its answer; what went wrong behind it is for the log.
    internalError(fault, call.method);
  }
}
