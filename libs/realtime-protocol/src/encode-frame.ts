/** Turns messages into the text of a frame. */
import { brand } from './brand.js';
import { jsonLoss } from './json-loss.js';
import type { ErrorObject, RequestId } from './messages.js';

/** JSON text that is sent as it is, for payloads that were encoded once and are pushed many times. */
export class RawJson {
  static {
    brand(this, 'RawJson');
  }

  private constructor(readonly text: string) {}

  /** Encodes a value now. @throws {TypeError} for cycles, BigInts and values that JSON cannot carry */
  static encode(value: unknown): RawJson {
    return new RawJson(stringify(value, 'The value'));
  }

  /** Takes over finished JSON text. @throws {SyntaxError} if it is not JSON */
  static parse(text: string): RawJson {
    JSON.parse(text);
    return new RawJson(text);
  }
}

/** A response that carries a result; `undefined` becomes `null`. @throws {TypeError} if JSON cannot carry the value, or would lose what it holds */
export function encodeResult(idText: string, result: unknown): string {
  const loss = jsonLoss(result);
  if (loss !== undefined) throw new TypeError(`A result cannot be ${loss}: JSON would lose what it holds`);
  const text = result instanceof RawJson ? result.text : (JSON.stringify(result) as string | undefined);
  return `{"jsonrpc":"2.0","id":${idText},"result":${text ?? 'null'}}`;
}

/** A response that carries an error. @throws {TypeError} if JSON cannot carry its data */
export function encodeError(idText: string, error: ErrorObject): string {
  return `{"jsonrpc":"2.0","id":${idText},"error":${JSON.stringify(error)}}`;
}

/**
 * A request of our own.
 * @throws {TypeError} if the method has no name, if the params are neither an object, an array nor absent, or if JSON cannot carry them
 */
export function encodeRequest(id: RequestId, method: string, params: unknown): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"method":${encodeMethod(method)}${encodeParams(params)}}`;
}

/**
 * A notification; a push to a topic names it.
 * @throws {TypeError} if the method has no name, if the params are neither an object, an array nor absent, or if JSON cannot carry them
 */
export function encodeNotification(method: string, params: unknown, topic?: string): string {
  const suffix = topic === undefined ? '' : `,"topic":${JSON.stringify(topic)}`;
  return `{"jsonrpc":"2.0","method":${encodeMethod(method)}${encodeParams(params)}${suffix}}`;
}

/** Types do not hold what came from a table or the environment, and a peer could not read a message without a method. */
function encodeMethod(method: unknown): string {
  if (typeof method === 'string' && method !== '') return JSON.stringify(method);
  throw new TypeError(`The method of a JSON-RPC message must be a string that is not empty, got ${method === '' ? '""' : String(method)}`);
}

function encodeParams(params: unknown): string {
  if (params === undefined) return '';
  const text = params instanceof RawJson ? params.text : stringify(params, 'The params');
  const first = text.trimStart()[0];
  if (first !== '{' && first !== '[') throw new TypeError('The params of a JSON-RPC message must be an object, an array or absent');
  return `,"params":${text}`;
}

function stringify(value: unknown, what: string): string {
  const loss = jsonLoss(value);
  if (loss !== undefined) throw new TypeError(`${what} cannot be ${loss}: JSON would lose what it holds`);
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`${what} cannot be written as JSON`);
  return text;
}
