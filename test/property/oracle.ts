/** Says what has to come back for a frame, from the rules alone: it shares no code with the library. */
import type { ExactJson } from './exact-json.js';
import { NumberText, measureExactJson } from './exact-json.js';

const BATCH_ITEMS = 50;
const JSON_DEPTH = 64;

/** One answer: the id as JSON text, and what it may say, as `result:…` or `error:<code>`. */
export interface Due {
  readonly id: string;
  readonly outcomes: readonly string[];
}

/** What has to come back for one frame: nothing, an object, or an array with these items in any order. */
export interface Verdict {
  readonly shape: 'nothing' | 'object' | 'array';
  readonly due: readonly Due[];
  /** Ids that the frame cancels: their requests may be answered with -32800. */
  readonly cancels: readonly string[];
}

/** Methods of the app under test, and what they answer. */
export type Answering = ReadonlyMap<string, (params: unknown) => string>;

interface Judged {
  readonly due?: Due;
  readonly cancels?: string;
}

export function judge(text: string, methods: Answering): Verdict {
  let exact: ExactJson;
  let depth: number;
  try {
    ({ value: exact, depth } = measureExactJson(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // Beyond the depth a frame may be refused before anybody sees that it is broken.
    return refusal(bracketsIn(text) > JSON_DEPTH ? [-32700, -32600] : [-32700]);
  }
  if (depth > JSON_DEPTH) return refusal([-32600]);
  const value: unknown = JSON.parse(text);
  if (!Array.isArray(exact)) return verdict('object', [judgeMessage(exact, value, methods)]);
  if (exact.length === 0 || exact.length > BATCH_ITEMS) return refusal([-32600]);
  const items = exact as readonly ExactJson[];
  return verdict(
    'array',
    items.map((item, index) => judgeMessage(item, (value as unknown[])[index], methods)),
  );
}

function verdict(shape: 'object' | 'array', judged: readonly Judged[]): Verdict {
  const due = judged.flatMap((item) => item.due ?? []);
  return { shape: due.length === 0 ? 'nothing' : shape, due, cancels: judged.flatMap((item) => item.cancels ?? []) };
}

function refusal(codes: readonly number[]): Verdict {
  return { shape: 'object', due: [{ id: 'null', outcomes: codes.map((code) => `error:${code}`) }], cancels: [] };
}

function judgeMessage(exact: ExactJson, value: unknown, methods: Answering): Judged {
  if (!(exact instanceof Map)) return failure('null', -32600);
  const members = exact as ReadonlyMap<string, ExactJson>;
  if (members.has('result') || members.has('error')) return {};
  const method = members.get('method');
  const id = members.has('id') ? idText(members.get('id') as ExactJson) : undefined;
  if (members.get('jsonrpc') !== '2.0' || typeof method !== 'string') return failure(id ?? 'null', -32600);
  if (members.has('id') && id === undefined) return failure('null', -32600);
  const params = members.get('params');
  if (id === undefined) return { ...cancellation(method, params) };
  if (members.has('params') && !(params instanceof Map) && !Array.isArray(params)) return failure(id, -32600);
  if (params !== undefined && namesPrototype(params)) return failure(id, -32602);
  const answer = methods.get(method);
  return answer ? { due: { id, outcomes: [answer((value as { params?: unknown }).params)] } } : failure(id, -32601);
}

function failure(id: string, code: number): Judged {
  return { due: { id, outcomes: [`error:${code}`] } };
}

function cancellation(method: string, params: ExactJson | undefined): Judged {
  if (!(params instanceof Map)) return {};
  const member = { '$/cancelRequest': 'id', 'notifications/cancelled': 'requestId' }[method];
  const id = member === undefined ? undefined : (params as ReadonlyMap<string, ExactJson>).get(member);
  const text = id === undefined ? undefined : idText(id);
  return text === undefined ? {} : { cancels: text };
}

/** The id as it has to come back; undefined if it is none. */
export function idText(id: ExactJson): string | undefined {
  if (id instanceof NumberText) return id.text;
  return typeof id === 'string' || id === null ? JSON.stringify(id) : undefined;
}

function namesPrototype(value: ExactJson): boolean {
  if (Array.isArray(value)) return (value as readonly ExactJson[]).some(namesPrototype);
  if (!(value instanceof Map)) return false;
  const members = value as ReadonlyMap<string, ExactJson>;
  return members.has('__proto__') || [...members.values()].some(namesPrototype);
}

function bracketsIn(text: string): number {
  return text.split(/[[{]/).length - 1;
}
