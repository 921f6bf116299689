/** Where the answer of a call goes: into a frame of its own, or into the array of its batch. */
import { encodeError, encodeResult } from 'nestjs-realtime-protocol';
import type { ErrorObject } from 'nestjs-realtime-protocol';
import type { Session } from '../session/session.js';
import { internalError, toErrorObject } from './error-mapper.js';
import type { RpcCall } from './rpc-call.js';

/** Takes the answer of one item. */
export interface ReplySink {
  result(call: RpcCall, result: unknown): void;
  /** @param idText undefined for a notification, which is not answered @param method for the log */
  error(session: Session, idText: string | undefined, error: ErrorObject, method: string): void;
  /** The item gets no answer. */
  nothing(): void;
}

/** Answers with a frame of its own; one object for all sessions. */
export class SingleReply implements ReplySink {
  /** @param maxBytes a longer answer could not leave even if nothing waited, so its call fails */
  constructor(readonly maxBytes: number) {}

  result(call: RpcCall, result: unknown): void {
    const text = resultText(call, result, this.maxBytes, this.maxBytes);
    if (text !== undefined) call.session.send(text);
    afterReply(call);
  }

  error(session: Session, idText: string | undefined, error: ErrorObject, method: string): void {
    if (idText !== undefined) session.send(errorText(idText, error, method, this.maxBytes));
  }

  nothing(): void {}
}

/** Bytes of a batch that are kept for each item, so that it can at least say that it failed. */
const ERROR_BYTES = 256;

/** Collects the answers of a batch and sends them as one array, or nothing if there are none. @see JSON-RPC 2.0 §6 */
export class BatchReply implements ReplySink {
  private readonly answers: (string | (() => string | undefined))[] = [];
  private readonly calls: RpcCall[] = [];
  /** Bytes that results may still have. */
  private room: number;

  /** @param maxBytes results that no longer fit into an array of so many bytes fail */
  constructor(
    private readonly session: Session,
    private waiting: number,
    private readonly maxBytes: number,
  ) {
    this.room = maxBytes - Math.min(waiting * ERROR_BYTES, maxBytes / 2);
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

  error(_session: Session, idText: string | undefined, error: ErrorObject, method: string): void {
    if (idText !== undefined) this.answers.push(errorText(idText, error, method, this.maxBytes));
    this.nothing();
  }

  nothing(): void {
    if (--this.waiting > 0) return;
    const texts = this.answers.map((answer) => (typeof answer === 'string' ? answer : answer())).filter((text) => text !== undefined);
    if (texts.length > 0) this.session.send(`[${texts.join(',')}]`);
    for (const call of this.calls) afterReply(call);
  }

  private resultText(call: RpcCall, result: unknown): string | undefined {
    const text = resultText(call, result, this.room, this.maxBytes);
    if (text !== undefined) this.room -= Buffer.byteLength(text) + 1;
    return text;
  }
}

function resultText(call: RpcCall, result: unknown, room: number, maxBytes: number): string | undefined {
  try {
    call.runBeforeReply();
    const text = call.idText === undefined ? undefined : fitting(encodeResult(call.idText, result), room);
    call.ended('ok');
    return text;
  } catch (fault) {
    // Translated: what settling refused, or a result that JSON cannot carry or the queue cannot hold, is this call's error.
    const error = toErrorObject(fault, call.method);
    call.ended('error', error, fault);
    return call.idText === undefined ? undefined : errorText(call.idText, error, call.method, maxBytes);
  }
}

function errorText(idText: string, error: ErrorObject, method: string, maxBytes: number): string {
  try {
    return fitting(encodeError(idText, error), maxBytes);
  } catch (fault) {
    // Translated: details that JSON cannot carry or the queue cannot hold must not cost the caller its answer.
    return encodeError(idText, internalError(fault, method));
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
