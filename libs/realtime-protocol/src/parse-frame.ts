/** Turns the text of one frame into requests, notifications, answers and refusals. Never throws. */
import { cancelledIdMember } from './builtin-methods.js';
import type { Call, ErrorObject, Invalid, Message, ParsedFrame } from './messages.js';
import { RPC_ERRORS } from './rpc-error.js';
import { endsToken, idTokens, measureNesting, skipSpace } from './scan-json.js';
import { elementStarts, tokenAt } from './token-at.js';

/** What a frame may hold. */
export interface FrameLimits {
  /** Most items of a batch. @default 50 */
  readonly batchItems: number;
  /** Deepest nesting of objects and arrays, the outermost counted as 1. @default 64 */
  readonly jsonDepth: number;
}

export const FRAME_LIMIT_DEFAULTS = Object.freeze({ batchItems: 50, jsonDepth: 64 }) satisfies FrameLimits;

/** A parsed object. JSON has no undefined, so a member that is undefined is not there. */
interface JsonObject {
  readonly jsonrpc?: unknown;
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** The members of a push that JSON-RPC does not know. */
interface PushMembers {
  readonly topic?: unknown;
  readonly offset?: unknown;
}

/** Where the digits of numbers are looked up when a double may have lost them. */
interface BatchItem {
  readonly text: string;
  idToken(): string | undefined;
  /** Where the item begins. */
  start(): number;
}

/** Parses one text frame. @see JSON-RPC 2.0 §4 to §6 */
export function parseFrame(text: string, limits: FrameLimits): ParsedFrame {
  const nesting = measureNesting(text, limits.jsonDepth);
  if (nesting === 'broken') return invalid('ParseError', 'null');
  if (nesting === 'too-deep') {
    return invalid('InvalidRequest', 'null', `The frame is nested deeper than ${limits.jsonDepth} levels`, {
      maxDepth: limits.jsonDepth,
    });
  }
  // The engine makes an error with a stack for each text that it cannot parse; a flood of empty frames shall not cost that.
  if (!mayBeJson(text)) return invalid('ParseError', 'null');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Translated: the engine's own message may quote what the peer sent.
    return invalid('ParseError', 'null');
  }
  const suspicious = mayHoldPrototypeKey(text);
  if (!Array.isArray(value)) return parseMessage(value, suspicious, text);
  if (value.length === 0) return invalid('InvalidRequest', 'null', 'A batch must hold at least one item');
  if (value.length > limits.batchItems) {
    return invalid('InvalidRequest', 'null', `A batch may hold at most ${limits.batchItems} items`, {
      maxBatchItems: limits.batchItems,
    });
  }
  // Each found in one pass for the whole batch, and only if an item asks: a pass for each item would make large batches dear.
  let tokens: (string | undefined)[] | undefined;
  let starts: readonly number[] | undefined;
  const items = value.map((item: unknown, index) =>
    parseMessage(item, suspicious, {
      text,
      idToken: () => (tokens ??= idTokens(text, 2))[index],
      start: () => (starts ??= elementStarts(text))[index] ?? text.length,
    }),
  );
  return { kind: 'batch', items };
}

/** False for texts that are empty or whose ends show that they are no JSON; true says nothing. */
function mayBeJson(text: string): boolean {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  if (first === 0x7b) return last === 0x7d || last <= 0x20;
  if (first === 0x5b) return last === 0x5d || last <= 0x20;
  return text.trim() !== '';
}

/** @param source the text of the message if it is the whole frame; where to look up ids if it is an item of a batch */
function parseMessage(value: unknown, suspicious: boolean, source: string | BatchItem): Message {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return invalid('InvalidRequest', 'null');
  const { jsonrpc, id, method, params, result, error } = value as JsonObject;
  if (result !== undefined || error !== undefined) return answer(id, result, error);
  const idText = id === undefined ? undefined : idTextOf(id, source);
  if (jsonrpc !== '2.0') return invalid('InvalidRequest', idText ?? 'null', 'The member jsonrpc must be exactly "2.0"');
  if (typeof method !== 'string') return invalid('InvalidRequest', idText ?? 'null', 'The member method must be a string');
  if (id !== undefined && idText === undefined) {
    return invalid('InvalidRequest', 'null', 'The member id must be a string, a number or null');
  }
  if (params !== undefined && (typeof params !== 'object' || params === null)) {
    return invalid('InvalidRequest', idText, 'The member params must be an array or an object');
  }
  if (suspicious && params !== undefined && holdsPrototypeKey(params)) {
    return invalid('InvalidParams', idText, 'The params must not hold a member named __proto__');
  }
  const call: Call = { kind: 'call', method, params, idText };
  return idText === undefined ? notification(call, value, source) : call;
}

/** Adds what only a notification may have; most have nothing of it. */
function notification(call: Call, { topic, offset }: PushMembers, source: string | BatchItem): Call {
  const member = cancelledIdMember(call.method);
  const cancels = member === undefined ? undefined : cancelledId(call.params, member, source);
  if (cancels !== undefined) return { ...call, cancels };
  if (typeof topic !== 'string') return call;
  return typeof offset === 'number' ? { ...call, topic, offset } : { ...call, topic };
}

/** The id that a cancel notification names, as JSON text. */
function cancelledId(params: unknown, member: string, source: string | BatchItem): string | undefined {
  const id = (params as Record<string, unknown> | undefined)?.[member];
  if (typeof id === 'string') return JSON.stringify(id);
  if (typeof id !== 'number') return undefined;
  return typeof source === 'string' ? tokenAt(source, 0, ['params', member]) : tokenAt(source.text, source.start(), ['params', member]);
}

function answer(id: unknown, result: unknown, error: unknown): Message {
  // Peers that grew up with JSON-RPC 1.0 send both members, one of them null; what they mean is plain.
  const failed = error !== undefined && (error !== null || result === undefined);
  return {
    kind: 'answer',
    id: typeof id === 'string' || typeof id === 'number' || id === null ? id : undefined,
    result: failed ? undefined : result,
    error: failed ? error : undefined,
    failed,
  };
}

/**
 * An id as JSON text: it goes back with the type and the digits it came with, also where a double would round.
 * Undefined if it is no valid id. @see JSON-RPC 2.0 §4, §5
 */
function idTextOf(id: unknown, source: string | BatchItem): string | undefined {
  if (typeof id === 'string') return JSON.stringify(id);
  if (id === null) return 'null';
  if (typeof id !== 'number') return undefined;
  return typeof source === 'string' ? singleIdToken(source, id) : source.idToken();
}

/** The digits of the only `id` of a frame, found without a full pass when the frame is written in the usual way. */
function singleIdToken(text: string, id: number): string | undefined {
  const at = text.indexOf('"id"');
  // With a backslash in the text the key may be spelled with escapes elsewhere.
  if (at !== -1 && Number.isSafeInteger(id) && text.indexOf('"id"', at + 4) === -1 && !text.includes('\\')) {
    const colon = skipSpace(text, at + 4);
    const start = skipSpace(text, colon + 1);
    const digits = String(id);
    if (text.charCodeAt(colon) === 0x3a && text.startsWith(digits, start) && endsToken(text.charCodeAt(start + digits.length))) {
      // A string that is the value of another member cannot stand before a colon, so this is a key; it is the only one, so it is ours.
      return digits;
    }
  }
  return idTokens(text, 1)[0];
}

/** A cheap look at the text, so that only frames which name the key, plainly or with an escape, are walked. */
function mayHoldPrototypeKey(text: string): boolean {
  return text.includes('__proto__') || (text.includes('\\u') && /\\u00(?:5f|70|72|6f|74)/i.test(text));
}

/** Without recursion: how deep a frame may be is for an option to say, and not for the stack. */
function holdsPrototypeKey(params: object): boolean {
  const left = [params];
  for (let next = left.pop(); next; next = left.pop()) {
    if (Object.hasOwn(next, '__proto__')) return true;
    for (const member of Object.values(next) as unknown[]) if (typeof member === 'object' && member !== null) left.push(member);
  }
  return false;
}

function invalid(reason: keyof typeof RPC_ERRORS, idText: string | undefined, message?: string, data?: object): Invalid {
  const row = RPC_ERRORS[reason];
  const error: ErrorObject = { code: row.code, message: message ?? row.message, reason, ...(data ? { data } : {}) };
  return { kind: 'invalid', error, idText };
}
