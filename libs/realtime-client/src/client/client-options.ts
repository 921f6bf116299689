/** The options of a client, put together from those of its rooms and checked once when it is made. */
import type { BuiltinMethod } from 'nestjs-realtime-protocol';
import { BUILTIN_METHODS, CALL_DEFAULTS } from 'nestjs-realtime-protocol';
import { ClientConfigError } from '../base/client-config-error.js';
import type { OnFault } from '../base/faults.js';
import { guardedOnFault } from '../base/faults.js';
import type { OptionRule, OptionRules } from '../base/option-faults.js';
import { ANY_MS, aFunction, defined, optionFaults, shown, text } from '../base/option-faults.js';
import type { CallLimits } from '../calls/call-limits.js';
import { CALL_LIMIT_DEFAULTS, CALL_LIMIT_RULES } from '../calls/call-limits.js';
import type { ConnectionOptions, PerAttempt, ResolvedConnectionOptions, SendingLimits } from '../connection/connection-options.js';
import { CONNECTION_RULES, SENDING_LIMIT_DEFAULTS, SENDING_LIMIT_RULES, anAddress } from '../connection/connection-options.js';
import type { HeartbeatOptions } from '../connection/liveness.js';
import { HEARTBEAT_DEFAULTS } from '../connection/liveness.js';
import { RECONNECT_DEFAULTS } from '../connection/retries.js';
import { isPage } from '../connection/wake-ups.js';
import type { TopicLimits } from '../topics/topic-limits.js';
import { TOPIC_LIMIT_DEFAULTS, TOPIC_LIMIT_RULES } from '../topics/topic-limits.js';

/** Bounds of what a client keeps. */
export interface ClientLimits extends CallLimits, SendingLimits, TopicLimits {}

export const CLIENT_LIMIT_DEFAULTS = Object.freeze({
  ...CALL_LIMIT_DEFAULTS,
  ...SENDING_LIMIT_DEFAULTS,
  ...TOPIC_LIMIT_DEFAULTS,
}) satisfies Required<ClientLimits>;

export interface CommonOptions extends ConnectionOptions {
  /** How long a call waits for its answer unless it says otherwise, in ms. @default 30_000 */
  readonly callTimeoutMs?: number;
  readonly limits?: ClientLimits;
  /** The server's names for the library's own methods, if it renamed them. */
  readonly methods?: Partial<Record<BuiltinMethod, string>>;
  /**
   * Told what went wrong on this side: a listener or a served method that threw or rejected, an answer that cannot be sent,
   * a frame that is not JSON-RPC. @default reportError, else console.error
   */
  readonly onFault?: (fault: unknown) => void;
}

export interface ResolvedOptions {
  readonly connection: ResolvedConnectionOptions;
  readonly callTimeoutMs: number;
  readonly heartbeat: Required<HeartbeatOptions>;
  readonly wakeUp: boolean;
  readonly limits: Required<ClientLimits>;
  readonly methods: Readonly<Record<BuiltinMethod, string>>;
  readonly onFault: (fault: unknown) => void;
}

const RULES = {
  ...CONNECTION_RULES,
  callTimeoutMs: ANY_MS,
  limits: { ...CALL_LIMIT_RULES, ...SENDING_LIMIT_RULES, ...TOPIC_LIMIT_RULES } satisfies Record<keyof ClientLimits, OptionRule>,
  methods: Object.fromEntries(Object.keys(BUILTIN_METHODS).map((name) => [name, text])),
  onFault: aFunction,
  onOpen: aFunction,
} satisfies Record<keyof CommonOptions | 'onOpen', OptionRule | OptionRules>;

/** Fills in the defaults. @throws {ClientConfigError} that names every wrong option */
export function resolveOptions(url: PerAttempt<string>, options: CommonOptions): ResolvedOptions {
  // Plain JavaScript may hand over anything.
  const checked = (options as CommonOptions | null)?.reconnect === false ? { ...options, reconnect: undefined } : options;
  const faults = [...urlFaults(url), ...optionFaults(checked, RULES)];
  if (faults.length > 0) throw new ClientConfigError(faults);
  const { webSocket, protocols = [], connectTimeoutMs = 10_000, callTimeoutMs = CALL_DEFAULTS.timeoutMs, random = Math.random } = options;
  const limits = { ...CLIENT_LIMIT_DEFAULTS, ...defined(options.limits) };
  const reconnect = options.reconnect === false ? false : { ...RECONNECT_DEFAULTS, ...defined(options.reconnect) };
  const { frameBytes, bufferedChars } = limits;
  const onFault = guardedOnFault(options.onFault);
  const jitter = jitterOf(random, onFault);
  return {
    connection: { url, webSocket, protocols, connectTimeoutMs, reconnect, frameBytes, bufferedChars, random: jitter },
    callTimeoutMs,
    heartbeat: { ...HEARTBEAT_DEFAULTS, ...defined(options.heartbeat) },
    wakeUp: options.wakeUp ?? isPage(),
    limits,
    methods: { ...BUILTIN_METHODS, ...defined(options.methods) },
    onFault,
  };
}

function urlFaults(url: PerAttempt<string>): string[] {
  const fault = typeof url === 'function' ? undefined : anAddress(url);
  return fault === undefined ? [] : [`the address ${fault}, got ${shown(url)}`];
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
