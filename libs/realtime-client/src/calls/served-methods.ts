/** Serves the calls that the server makes at this client. */
import type { AnyAbortSignal, Call } from 'nestjs-realtime-protocol';
import { RpcError, encodeError, encodeResult } from 'nestjs-realtime-protocol';
import { FrameTooLargeError, bytesOf, requireFits } from '../base/frame-size.js';

/** What a handler may want to know beside the params. */
export interface ServedCall {
  readonly method: string;
  /** Fires when the server takes the call back or the connection ends. */
  readonly signal: AnyAbortSignal;
}

export type ServedMethod = (params: unknown, call: ServedCall) => unknown;

/** This name is served already. */
export class MethodTakenError extends Error {
  override readonly name = 'MethodTakenError';
  readonly code = 'METHOD_TAKEN';
}

export class ServedMethods {
  private readonly methods = new Map<string, ServedMethod>();
  // By id text; by the controller itself for the id null, which may repeat.
  private readonly running = new Map<unknown, AbortController>();

  /**
   * @param max most calls that run at once; one more is answered with ServiceUnavailable
   * @param frameBytes a call whose answer is longer fails
   */
  constructor(
    private readonly max: number,
    private readonly frameBytes: number,
    private readonly onFault: (fault: unknown) => void,
  ) {}

  /** @returns takes the method back @throws {MethodTakenError} */
  add(name: string, method: ServedMethod): () => void {
    if (this.methods.has(name)) throw new MethodTakenError(`The method ${name} is served already`);
    this.methods.set(name, method);
    return () => {
      if (this.methods.get(name) === method) this.methods.delete(name);
    };
  }

  /** Runs a request. @returns the text of the response */
  async serve({ method, params }: Call, idText: string): Promise<string> {
    const served = this.methods.get(method);
    if (!served) return failure(idText, RpcError.of('MethodNotFound'));
    if (this.running.has(idText)) return failure(idText, RpcError.of('InvalidRequest', 'A request with this id is still being served'));
    if (this.running.size >= this.max) return failure(idText, RpcError.of('ServiceUnavailable', 'Too many calls are being served'));
    const controller = new AbortController();
    const key = idText === 'null' ? controller : idText;
    this.running.set(key, controller);
    try {
      const result = await untilAborted(() => served(params, { method, signal: controller.signal }), controller.signal);
      return this.fitting(encodeResult(idText, result));
    } catch (thrown) {
      return this.failed(idText, thrown);
    } finally {
      if (this.running.get(key) === controller) this.running.delete(key);
    }
  }

  /**
   * The answers of a batch as one array. What does not fit into a frame together with the others fails; who comes first keeps its answer.
   * @param idTexts of the answers, in their order
   * @throws {FrameTooLargeError} if not even errors would fit
   */
  together(texts: readonly string[], idTexts: readonly string[]): string {
    const all = asArray(texts);
    if (all.length * 3 <= this.frameBytes || bytesOf(all) <= this.frameBytes) return all;
    const failures = idTexts.map((idText) => failure(idText, RpcError.of('InternalError', TOO_LARGE_TOGETHER)));
    // A comma or a bracket beside each, and one bracket more.
    const costs = (text: string): number => bytesOf(text) + 1;
    let room = this.frameBytes - 1 - failures.reduce((bytes, text) => bytes + costs(text), 0);
    const answers = texts.map((text, index) => {
      const instead = failures[index] as string;
      const more = costs(text) - costs(instead);
      if (more > room) return instead;
      room -= more;
      return text;
    });
    this.onFault(
      new FrameTooLargeError(`The answers of a batch have ${bytesOf(all)} bytes together, and limits.frameBytes allows ${this.frameBytes}`),
    );
    const fitting = asArray(answers);
    requireFits(fitting, this.frameBytes);
    return fitting;
  }

  /** The server takes a call back; an id that is not being served changes nothing. */
  cancel(idText: string): void {
    this.running.get(idText)?.abort(RpcError.of('RequestCancelled'));
  }

  /** Nobody waits for answers any more. */
  abortAll(): void {
    for (const controller of this.running.values()) controller.abort(RpcError.of('RequestCancelled', 'The connection ended'));
    this.running.clear();
  }

  private fitting(text: string): string {
    requireFits(text, this.frameBytes);
    return text;
  }

  private failed(idText: string, thrown: unknown): string {
    let fault = thrown;
    try {
      if (thrown instanceof RpcError) return this.fitting(failure(idText, thrown));
    } catch (unsendable) {
      // Translated: details that JSON cannot carry or the server does not take must not cost the server its answer.
      fault = unsendable;
    }
    // Not passed on: what went wrong here is not the server's to read.
    this.onFault(fault);
    return failure(idText, RpcError.of('InternalError', 'The client failed to serve the call'));
  }
}

const TOO_LARGE_TOGETHER = 'The answers of the batch are too large together';

function asArray(texts: readonly string[]): string {
  return `[${texts.join(',')}]`;
}

/** Settles with the signal if that comes first: a handler that ignores it cannot hold up the answer. */
function untilAborted(run: () => unknown, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    // Not resolved with what it returns: a promise that has taken over another one no longer hears the signal.
    Promise.resolve(run()).then(resolve, reject);
  });
}

function failure(idText: string, error: RpcError): string {
  return encodeError(idText, error.toErrorObject());
}
