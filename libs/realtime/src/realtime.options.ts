/** The options of the module, put together from those of its rooms. */
import type { BuiltinMethod, FrameLimits } from 'nestjs-realtime-protocol';
import { BUILTIN_METHODS, FRAME_LIMIT_DEFAULTS, isReservedMethod } from 'nestjs-realtime-protocol';
import { pathPatternFault } from './admission/path-pattern.js';
import type { DrainOptions } from './lifecycle/shutdown.service.js';
import { DRAIN_DEFAULTS } from './lifecycle/shutdown.service.js';
import type { OptionRule, OptionRules } from './option-rules.js';
import { RealtimeConfigError, boolean, integer, oneOf, optionFaults, text } from './option-rules.js';
import type { CallLimits } from './rpc/rpc-connection.js';
import { CALL_LIMIT_DEFAULTS } from './rpc/rpc-connection.js';
import type { OutboundOptions } from './session/outbound-queue.js';
import { OUTBOUND_DEFAULTS, OUTBOUND_POLICIES } from './session/outbound-queue.js';
import { PLATFORM_DEFAULTS } from './session/principal.js';
import type { DefaultTopicPolicy } from './topics/topic-policies.js';
import { DEFAULT_TOPIC_POLICIES } from './topics/topic-policies.js';
import type { TopicLimits } from './topics/topic.service.js';
import { TOPIC_LIMIT_DEFAULTS } from './topics/topic.service.js';

export interface RealtimeLimits extends Partial<FrameLimits>, CallLimits, TopicLimits {
  /** Largest message that a peer may send, in bytes; larger ones close the session with 1009. @default 65_536 */
  readonly frameBytes?: number;
}

export interface RealtimeOptions {
  /** Where sessions open; parameters as in `/ws/:tenant`. @default '/ws' */
  readonly path?: string;
  /** A port of its own instead of the app's HTTP server. */
  readonly port?: number;
  /** The address that a port of its own listens on. @default all addresses */
  readonly host?: string;
  readonly limits?: RealtimeLimits;
  readonly outbound?: OutboundOptions;
  /** Validate params whose type is a class with class-validator rules. @default true */
  readonly validation?: boolean;
  /** New names for the library's own methods; false switches one off. */
  readonly methods?: Partial<Record<BuiltinMethod, string | false>>;
  /**
   * Who may listen to a topic that no `@TopicPolicy()` speaks of: everybody, sessions that have signed in, or nobody.
   * @default 'authenticated'
   */
  readonly defaultTopicPolicy?: DefaultTopicPolicy;
  /** The kinds of client that a principal may name. @default web, ios, android, h5, miniapp, desktop */
  readonly platforms?: readonly string[];
  readonly drain?: DrainOptions;
  /** How long a peer may take to accept our last bytes and answer our close frame, in ms. @default 10_000 */
  readonly writeTimeoutMs?: number;
}

export interface ResolvedOptions {
  readonly path: string;
  /** 0 is the app's own. */
  readonly port: number;
  readonly host: string | undefined;
  readonly limits: Required<RealtimeLimits>;
  readonly outbound: Required<OutboundOptions>;
  readonly validation: boolean;
  readonly methods: Readonly<Record<BuiltinMethod, string | false>>;
  readonly defaultTopicPolicy: DefaultTopicPolicy;
  readonly platforms: readonly string[];
  readonly drain: Required<DrainOptions>;
  readonly writeTimeoutMs: number;
}

const MAX_TIMER_MS = 2 ** 31 - 1;

const methodName: OptionRule = (value) => {
  if (value === false) return undefined;
  if (typeof value !== 'string' || value === '') return 'must be a name or false';
  return isReservedMethod(value) ? 'must not begin with rpc. or $/' : undefined;
};

const platformNames: OptionRule = (value) =>
  Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string' && name !== '')
    ? undefined
    : 'must be an array of names that is not empty';

const RULES: OptionRules = {
  path: pathPatternFault,
  port: integer(1, 65_535),
  host: text,
  limits: {
    frameBytes: integer(1, 2 ** 31 - 1),
    batchItems: integer(1),
    jsonDepth: integer(2, 10_000),
    inFlight: integer(1),
    topicsPerSession: integer(1),
    topicNameBytes: integer(1),
  },
  outbound: { maxBytes: integer(1), maxFrames: integer(1), policy: oneOf(OUTBOUND_POLICIES) },
  validation: boolean,
  methods: Object.fromEntries(Object.keys(BUILTIN_METHODS).map((name) => [name, methodName])),
  defaultTopicPolicy: oneOf(DEFAULT_TOPIC_POLICIES),
  platforms: platformNames,
  drain: { windowMs: integer(0, MAX_TIMER_MS), timeoutMs: integer(0, MAX_TIMER_MS) },
  writeTimeoutMs: integer(1, MAX_TIMER_MS),
};

/** Fills in the defaults. @throws {RealtimeConfigError} that names every wrong option */
export function resolveOptions(options: RealtimeOptions = {}): ResolvedOptions {
  const faults = optionFaults(options, RULES);
  if ((options as RealtimeOptions | null)?.host !== undefined && options.port === undefined)
    faults.push('host has an effect only together with port');
  if (faults.length > 0) throw new RealtimeConfigError(faults);
  return {
    path: options.path ?? '/ws',
    port: options.port ?? 0,
    host: options.host,
    limits: { frameBytes: 65_536, ...FRAME_LIMIT_DEFAULTS, ...CALL_LIMIT_DEFAULTS, ...TOPIC_LIMIT_DEFAULTS, ...defined(options.limits) },
    outbound: { ...OUTBOUND_DEFAULTS, ...defined(options.outbound) },
    validation: options.validation ?? true,
    methods: { ...BUILTIN_METHODS, ...defined(options.methods) },
    defaultTopicPolicy: options.defaultTopicPolicy ?? 'authenticated',
    platforms: options.platforms ?? PLATFORM_DEFAULTS,
    drain: { ...DRAIN_DEFAULTS, ...defined(options.drain) },
    writeTimeoutMs: options.writeTimeoutMs ?? 10_000,
  };
}

/** Members that are undefined count as left out, so that they do not overwrite defaults. */
function defined<T extends object>(options: T | undefined): Partial<T> {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined)) as Partial<T>;
}
