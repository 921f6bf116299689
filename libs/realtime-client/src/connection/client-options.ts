/** The options of a client, checked once when it is made. */
import type { BuiltinMethod, FrameLimits } from 'nestjs-realtime-protocol';
import { BUILTIN_METHODS, CALL_DEFAULTS, MAX_TIMER_MS } from 'nestjs-realtime-protocol';
import type { BackoffOptions } from './backoff.js';
import { BACKOFF_DEFAULTS } from './backoff.js';
import type { OnFault } from '../base/faults.js';
import { guardedOnFault } from '../base/faults.js';
import type { HeartbeatOptions } from './liveness.js';
import { HEARTBEAT_DEFAULTS } from './liveness.js';
import type { OptionRule, OptionRules } from '../base/option-faults.js';
import { aFunction, optionFaults, shown, text, texts, within } from '../base/option-faults.js';
import type { WebSocketConstructor } from './web-socket.js';

export interface ReconnectOptions extends BackoffOptions {
  /** Give up after this many attempts in a row. @default Infinity */
  readonly maxAttempts?: number;
  /** A connection that held this long, in ms, counts as a success: the next wait is a short one again. @default 5_000 */
  readonly stableAfterMs?: number;
}

/** Bounds of what a client keeps. */
export interface ClientLimits extends Partial<FrameLimits> {
  /** Calls that wait for an answer, and calls that wait for a connection. @default 1024 */
  readonly pendingCalls?: number;
  /** Calls of the server that run at once; more are answered with -32053. @default 64 */
  readonly servedCalls?: number;
  /** The longest frame that is sent, in bytes: the server's `limits.frameBytes`, which ends the connection for a longer one. @default 65_536 */
  readonly frameBytes?: number;
  /** Characters that may wait to leave; beyond it nothing is taken. @default 1_048_576 */
  readonly bufferedChars?: number;
  /** Topics that are kept up. @default 1024 */
  readonly topics?: number;
}

export interface ConnectionOptions {
  /** The WebSocket to use. Node before 22 has none of its own: pass the one of the package `ws`. @default the runtime's */
  readonly webSocket?: WebSocketConstructor;
  /** Subprotocols to offer. @default none */
  readonly protocols?: readonly string[];
  /** How long opening may take, with everything that `onOpen` does, in ms. @default 10_000 */
  readonly connectTimeoutMs?: number;
  /** false: a connection that ended stays closed. */
  readonly reconnect?: ReconnectOptions | false;
  /** Where the jitter comes from: a number within 0 and 1. @default Math.random */
  readonly random?: () => number;
}

export interface CommonOptions extends ConnectionOptions {
  /** How long a call waits for its answer unless it says otherwise, in ms. @default 30_000 */
  readonly callTimeoutMs?: number;
  readonly heartbeat?: HeartbeatOptions;
  readonly limits?: ClientLimits;
  /** The server's names for the library's own methods, if it renamed them. */
  readonly methods?: Partial<Record<BuiltinMethod, string>>;
  /**
   * Told what went wrong on this side: a listener or a served method that threw or rejected, an answer that cannot be sent,
   * a frame that is not JSON-RPC. @default reportError, else console.error
   */
  readonly onFault?: (fault: unknown) => void;
}

export const CLIENT_LIMIT_DEFAULTS = Object.freeze({
  // A server may answer with more than it takes: these two only keep a broken one from hurting.
  batchItems: 10_000,
  jsonDepth: 512,
  pendingCalls: CALL_DEFAULTS.maxPending,
  servedCalls: 64,
  frameBytes: 65_536,
  bufferedChars: 1024 * 1024,
  topics: 1024,
}) satisfies Required<ClientLimits>;

export const RECONNECT_DEFAULTS = Object.freeze({
  ...BACKOFF_DEFAULTS,
  maxAttempts: Infinity,
  stableAfterMs: 5_000,
}) satisfies Required<ReconnectOptions>;

export interface ResolvedConnectionOptions {
  readonly url: string;
  readonly webSocket: WebSocketConstructor;
  readonly protocols: readonly string[];
  readonly connectTimeoutMs: number;
  readonly reconnect: Required<ReconnectOptions> | false;
  readonly frameBytes: number;
  readonly bufferedChars: number;
  readonly random: () => number;
}

export interface ResolvedOptions {
  readonly connection: ResolvedConnectionOptions;
  readonly callTimeoutMs: number;
  readonly heartbeat: Required<HeartbeatOptions>;
  readonly limits: Required<ClientLimits>;
  readonly methods: Readonly<Record<BuiltinMethod, string>>;
  readonly onFault: (fault: unknown) => void;
}

/** Options that cannot work; all that are wrong are named. */
export class ClientConfigError extends Error {
  override readonly name = 'ClientConfigError';
  readonly code = 'CLIENT_CONFIG';
  constructor(readonly faults: readonly string[]) {
    super(`The client cannot be made: ${faults.join('; ')}`);
  }
}

const ANY_MS = within(0, MAX_TIMER_MS);
const AT_LEAST_ONE = within(1, Infinity);

const RULES = {
  webSocket: aFunction,
  protocols: texts,
  connectTimeoutMs: within(1, MAX_TIMER_MS),
  reconnect: {
    baseMs: ANY_MS,
    maxMs: ANY_MS,
    maxAttempts: within(0, Infinity),
    stableAfterMs: ANY_MS,
  } satisfies Record<keyof ReconnectOptions, OptionRule>,
  random: aFunction,
  callTimeoutMs: ANY_MS,
  heartbeat: { intervalMs: ANY_MS, timeoutMs: ANY_MS } satisfies Record<keyof HeartbeatOptions, OptionRule>,
  limits: {
    batchItems: AT_LEAST_ONE,
    jsonDepth: AT_LEAST_ONE,
    pendingCalls: AT_LEAST_ONE,
    servedCalls: AT_LEAST_ONE,
    frameBytes: AT_LEAST_ONE,
    bufferedChars: AT_LEAST_ONE,
    topics: AT_LEAST_ONE,
  } satisfies Record<keyof ClientLimits, OptionRule>,
  methods: Object.fromEntries(Object.keys(BUILTIN_METHODS).map((name) => [name, text])),
  onFault: aFunction,
  onOpen: aFunction,
} satisfies Record<keyof CommonOptions | 'onOpen', OptionRule | OptionRules>;

/** Fills in the defaults. @throws {ClientConfigError} that names every wrong option */
export function resolveOptions(url: string, options: CommonOptions): ResolvedOptions {
  // Plain JavaScript may hand over anything.
  if (typeof options !== 'object' || options === null) throw new ClientConfigError([...urlFaults(url), ...optionFaults(options, RULES)]);
  const checked = options.reconnect === false ? { ...options, reconnect: undefined } : options;
  const faults = [...urlFaults(url), ...optionFaults(checked, RULES)];
  const webSocket = options.webSocket ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
  if (!webSocket) faults.push('this runtime has no WebSocket: pass the option webSocket, for example the one of the package ws');
  if (faults.length > 0 || !webSocket) throw new ClientConfigError(faults);
  const { protocols = [], connectTimeoutMs = 10_000, callTimeoutMs = CALL_DEFAULTS.timeoutMs, random = Math.random } = options;
  const limits = { ...CLIENT_LIMIT_DEFAULTS, ...defined(options.limits) };
  const reconnect = options.reconnect === false ? false : { ...RECONNECT_DEFAULTS, ...defined(options.reconnect) };
  const { frameBytes, bufferedChars } = limits;
  const onFault = guardedOnFault(options.onFault);
  const jitter = jitterOf(random, onFault);
  return {
    connection: { url, webSocket, protocols, connectTimeoutMs, reconnect, frameBytes, bufferedChars, random: jitter },
    callTimeoutMs,
    heartbeat: { ...HEARTBEAT_DEFAULTS, ...defined(options.heartbeat) },
    limits,
    methods: { ...BUILTIN_METHODS, ...defined(options.methods) },
    onFault,
  };
}

function urlFaults(url: string): string[] {
  return /^wss?:\/\/[^/]/i.test(url) ? [] : [`the address must begin with ws:// or wss://, got ${shown(url)}`];
}

/** The application's own source, or the usual one where it fails: a connection that ended must come back whatever happens. */
function jitterOf(random: () => number, onFault: OnFault): () => number {
  return () => {
    try {
      const part = random();
      if (part >= 0 && part <= 1) return part;
      throw new RangeError(`random must give a number within 0 and 1, got ${String(part)}`);
    } catch (fault) {
      onFault(fault);
      return Math.random();
    }
  };
}

/** Members that are undefined count as left out, so that they do not overwrite defaults. */
function defined<T extends object>(options: T | undefined): Partial<T> {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined)) as Partial<T>;
}
