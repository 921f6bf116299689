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
export const SINGLE_REPLY: ReplySink = Object.freeze({
  result(call: RpcCall, result: unknown): void {
    const text = resultText(call, result);
    if (text !== undefined) call.session.send(text);
    afterReply(call);
  },

  error(session: Session, idText: string | undefined, error: ErrorObject, method: string): void {
    if (idText !== undefined) session.send(errorText(idText, error, method));
  },

  nothing(): void {},
});

/** Collects the answers of a batch and sends them as one array, or nothing if there are none. @see JSON-RPC 2.0 §6 */
export class BatchReply implements ReplySink {
  private readonly answers: (string | (() => string | undefined))[] = [];
  private readonly calls: RpcCall[] = [];

  constructor(
    private readonly session: Session,
    private waiting: number,
  ) {}

  result(call: RpcCall, result: unknown): void {
    if (call.settlesWithReply) {
      // Encoded when the batch leaves: settling may still turn the result into an error.
      this.answers.push(() => resultText(call, result));
    } else {
      const text = resultText(call, result);
      if (text !== undefined) this.answers.push(text);
    }
    this.calls.push(call);
    this.nothing();
  }

  error(_session: Session, idText: string | undefined, error: ErrorObject, method: string): void {
    if (idText !== undefined) this.answers.push(errorText(idText, error, method));
    this.nothing();
  }

  nothing(): void {
    if (--this.waiting > 0) return;
    const texts = this.answers.map((answer) => (typeof answer === 'string' ? answer : answer())).filter((text) => text !== undefined);
    if (texts.length > 0) this.session.send(`[${texts.join(',')}]`);
    for (const call of this.calls) afterReply(call);
  }
}

function resultText(call: RpcCall, result: unknown): string | undefined {
  try {
    call.runBeforeReply();
    const text = call.idText === undefined ? undefined : encodeResult(call.idText, result);
    call.ended('ok');
    return text;
  } catch (fault) {
    // Translated: what settling refused, or a result that JSON cannot carry, is this call's error.
    const error = toErrorObject(fault, call.method);
    call.ended('error', error, fault);
    return call.idText === undefined ? undefined : errorText(call.idText, error, call.method);
  }
}

function errorText(idText: string, error: ErrorObject, method: string): string {
  try {
    return encodeError(idText, error);
  } catch (fault) {
    // Translated: details that JSON cannot carry must not cost the caller its answer.
    return encodeError(idText, internalError(fault, method));
  }
}

function afterReply(call: RpcCall): void {
  try {
    call.runAfterReply();
  } catch (fault) {
    // Survived: the caller has its answer; what went wrong behind it is for the log.
    internalError(fault, call.method);
  }
}
