/** How a client reaches its server. */
import { MAX_TIMER_MS } from 'nestjs-realtime-protocol';
import type { OptionRule, OptionRules } from '../base/option-faults.js';
import { ANY_MS, AT_LEAST_ONE, aFlag, aFunction, textsOrFunction, within } from '../base/option-faults.js';
import type { HeartbeatOptions } from './liveness.js';
import type { ReconnectOptions } from './retries.js';
import type { WebSocketConstructor } from './web-socket.js';

/** A value, or a function that is asked for it at each attempt to connect. If the function fails, so does the attempt. */
export type PerAttempt<T> = T | (() => T | Promise<T>);

export interface ConnectionOptions {
  /** The WebSocket to use. Node before 22 has none of its own: pass the one of the package `ws`. @default the runtime's, looked for by `connect()` */
  readonly webSocket?: WebSocketConstructor;
  /** Subprotocols to offer; a function is asked at each attempt. @default none */
  readonly protocols?: PerAttempt<readonly string[]>;
  /** How long opening may take, with `url`, `protocols` and everything that `onOpen` does, in ms. @default 10_000 */
  readonly connectTimeoutMs?: number;
  /** false: a connection that ended stays closed. */
  readonly reconnect?: ReconnectOptions | false;
  /**
   * Looks after the connection when the network comes back, the page is shown again or the device wakes up from sleep: a wait for the next
   * attempt ends, and an open connection is asked for a sign of life. @default true in pages, false elsewhere
   */
  readonly wakeUp?: boolean;
  readonly heartbeat?: HeartbeatOptions;
  /** Where the jitter comes from: a number within 0 and 1. @default Math.random */
  readonly random?: () => number;
}

/** Bounds of what is sent. */
export interface SendingLimits {
  /** The longest frame that is sent, in bytes: the server's `limits.frameBytes`, which ends the connection for a longer one. @default 65_536 */
  readonly frameBytes?: number;
  /** Characters that may wait to leave; beyond it nothing is taken. @default 1_048_576 */
  readonly bufferedChars?: number;
}

export const SENDING_LIMIT_DEFAULTS = Object.freeze({ frameBytes: 65_536, bufferedChars: 1024 * 1024 }) satisfies Required<SendingLimits>;

export const SENDING_LIMIT_RULES = { frameBytes: AT_LEAST_ONE, bufferedChars: AT_LEAST_ONE } satisfies Record<
  keyof SendingLimits,
  OptionRule
>;

export const CONNECTION_RULES = {
  webSocket: aFunction,
  protocols: textsOrFunction,
  connectTimeoutMs: within(1, MAX_TIMER_MS),
  reconnect: {
    baseMs: ANY_MS,
    maxMs: ANY_MS,
    maxAttempts: within(0, Infinity),
    stableAfterMs: ANY_MS,
  } satisfies Record<keyof ReconnectOptions, OptionRule>,
  wakeUp: aFlag,
  heartbeat: { intervalMs: ANY_MS, timeoutMs: ANY_MS } satisfies Record<keyof HeartbeatOptions, OptionRule>,
  random: aFunction,
} satisfies Record<keyof ConnectionOptions, OptionRule | OptionRules>;

export interface ResolvedConnectionOptions extends Required<SendingLimits> {
  readonly url: PerAttempt<string>;
  readonly webSocket: WebSocketConstructor | undefined;
  readonly protocols: PerAttempt<readonly string[]>;
  readonly connectTimeoutMs: number;
  readonly reconnect: Required<ReconnectOptions> | false;
  readonly random: () => number;
}

/** What is wrong with an address; undefined if it is good. */
export const anAddress: OptionRule = (url) =>
  typeof url === 'string' && /^wss?:\/\/[^/]/i.test(url) ? undefined : 'must begin with ws:// or wss://';
