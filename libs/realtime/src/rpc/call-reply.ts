/** Where the answer of a call goes: into a frame of its own, or into the array of its batch. */
import { encodeError, encodeResult } from 'nestjs-realtime-protocol';
import type { ErrorObject, RpcError } from 'nestjs-realtime-protocol';
import type { Session } from '../session/session.js';
import { internalError, toErrorObject } from './error-mapper.js';
import type { RpcCall } from './rpc-call.js';

/** The answer of one item; undefined for a notification. It is encoded when it is sent, because settling may still turn it into an error. */
export type Answer = () => string | undefined;

/** Takes the answer of one item. */
export interface ReplySink {
  answer(answer: Answer, call: RpcCall | undefined): void;
}

/** Answers with a frame of its own. */
export class SingleReply implements ReplySink {
  constructor(private readonly session: Session) {}

  answer(answer: Answer, call: RpcCall | undefined): void {
    const text = answer();
    if (text !== undefined) this.session.send(text);
    if (call) afterReply(call);
  }
}

/** Collects the answers of a batch and sends them as one array, or nothing if there are none. @see JSON-RPC 2.0 §6 */
export class BatchReply implements ReplySink {
  private readonly answers: Answer[] = [];
  private readonly calls: RpcCall[] = [];

  constructor(
    private readonly session: Session,
    private waiting: number,
  ) {}

  answer(answer: Answer, call: RpcCall | undefined): void {
    this.answers.push(answer);
    if (call) this.calls.push(call);
    if (--this.waiting > 0) return;
    const texts = this.answers.map((encode) => encode()).filter((text) => text !== undefined);
    if (texts.length > 0) this.session.send(`[${texts.join(',')}]`);
    for (const done of this.calls) afterReply(done);
  }
}

/** The answer of a call that has a result. */
export function resultAnswer(call: RpcCall, result: unknown): Answer {
  return () => {
    try {
      call.runBeforeReply();
      return call.idText === undefined ? undefined : encodeResult(call.idText, result);
    } catch (fault) {
      // Translated: what settling refused, or a result that JSON cannot carry, is this call's error.
      return errorText(call.idText, toErrorObject(fault, call.method), call.method);
    }
  };
}

/** The answer of a call that failed. */
export function errorAnswer(idText: string | undefined, error: ErrorObject, method: string): Answer {
  return () => errorText(idText, error, method);
}

function afterReply(call: RpcCall): void {
  try {
    call.runAfterReply();
  } catch (fault) {
    // Survived: the caller has its answer; what went wrong behind it is for the log.
    internalError(fault, call.method);
  }
}

function errorText(idText: string | undefined, error: ErrorObject, method: string): string | undefined {
  if (idText === undefined) return undefined;
  try {
    return encodeError(idText, error);
  } catch (fault) {
    // Translated: details that JSON cannot carry must not cost the caller its answer.
    return encodeError(idText, internalError(fault, method));
  }
}

/** The error of a call that the library refuses by itself. */
export function refusal(idText: string | undefined, error: RpcError, method: string): Answer {
  return errorAnswer(idText, error.toErrorObject(), method);
}
