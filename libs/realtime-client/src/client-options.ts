/** The options of a client, checked once when it is made. */
import type { BuiltinMethod, FrameLimits } from 'nestjs-realtime-protocol';
import { BUILTIN_METHODS, CALL_DEFAULTS } from 'nestjs-realtime-protocol';
import type { BackoffOptions } from './backoff.js';
import { BACKOFF_DEFAULTS } from './backoff.js';
import type { HeartbeatOptions } from './liveness.js';
import { HEARTBEAT_DEFAULTS } from './liveness.js';
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
  /** Told what went wrong on this side: a listener that threw, a frame that is not JSON-RPC. @default reportError, else console.error */
  readonly onFault?: (fault: unknown) => void;
}

export const CLIENT_LIMIT_DEFAULTS = Object.freeze({
  // A server may answer with more than it takes: these two only keep a broken one from hurting.
  batchItems: 10_000,
  jsonDepth: 512,
  pendingCalls: CALL_DEFAULTS.maxPending,
  servedCalls: 64,
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

/** Fills in the defaults. @throws {ClientConfigError} that names every wrong option */
export function resolveOptions(url: string, options: CommonOptions): ResolvedOptions {
  const webSocket = options.webSocket ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
  const connectTimeoutMs = options.connectTimeoutMs ?? 10_000;
  const callTimeoutMs = options.callTimeoutMs ?? CALL_DEFAULTS.timeoutMs;
  const heartbeat = { ...HEARTBEAT_DEFAULTS, ...defined(options.heartbeat) };
  const limits = { ...CLIENT_LIMIT_DEFAULTS, ...defined(options.limits) };
  const reconnect = options.reconnect === false ? false : { ...RECONNECT_DEFAULTS, ...defined(options.reconnect) };
  const faults = [
    ...urlFaults(url),
    ...(webSocket ? [] : ['this runtime has no WebSocket: pass the option webSocket, for example the one of the package ws']),
    ...numberFaults('', { connectTimeoutMs }, 1, MAX_TIMER_MS),
    ...numberFaults('', { callTimeoutMs }, 0, MAX_TIMER_MS),
    ...numberFaults('heartbeat.', heartbeat, 0, MAX_TIMER_MS),
    ...numberFaults('limits.', limits, 1, Infinity),
    ...(reconnect ? numberFaults('reconnect.', { ...reconnect, maxAttempts: 0 }, 0, MAX_TIMER_MS) : []),
    ...(reconnect ? numberFaults('reconnect.', { maxAttempts: reconnect.maxAttempts }, 0, Infinity) : []),
  ];
  if (faults.length > 0 || !webSocket) throw new ClientConfigError(faults);
  const { protocols = [], random = Math.random } = options;
  return {
    connection: { url, webSocket, protocols, connectTimeoutMs, reconnect, bufferedChars: limits.bufferedChars, random },
    callTimeoutMs,
    heartbeat,
    limits,
    methods: { ...BUILTIN_METHODS, ...defined(options.methods) },
    onFault: options.onFault ?? reportFault,
  };
}

/** The longest delay that a timer can hold. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

function urlFaults(url: string): string[] {
  return /^wss?:\/\/[^/]/i.test(url) ? [] : [`the address must begin with ws:// or wss://, got ${JSON.stringify(url)}`];
}

function numberFaults(prefix: string, values: Readonly<Record<string, unknown>>, min: number, max: number): string[] {
  return Object.entries(values)
    .filter(([, value]) => typeof value !== 'number' || !(value >= min && value <= max))
    .map(([name, value]) => `${prefix}${name} must be a number within ${min}..${max}, got ${String(value)}`);
}

/** Members that are undefined count as left out, so that they do not overwrite defaults. */
function defined<T extends object>(options: T | undefined): Partial<T> {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Where an uncaught error would go; Node has no reportError. */
function reportFault(fault: unknown): void {
  if (typeof globalThis.reportError === 'function') globalThis.reportError(fault);
  else console.error(fault);
}
