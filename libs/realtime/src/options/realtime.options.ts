/** The options of the module, put together from those of its rooms. */
import type { Type } from '@nestjs/common';
import type { BuiltinMethod, FrameLimits } from 'nestjs-realtime-protocol';
import { BUILTIN_METHODS, FRAME_LIMIT_DEFAULTS, MAX_TIMER_MS, isReservedMethod } from 'nestjs-realtime-protocol';
import type { ConnectionLimits } from '../admission/connection-limiter.js';
import { CONNECTION_LIMIT_DEFAULTS } from '../admission/connection-limiter.js';
import { pathPatternFault } from '../endpoints/path-pattern.js';
import type { ClusterEngine } from '../cluster/cluster-engine.js';
import { engineFault } from '../cluster/cluster-settings.js';
import type { ResolvedAuthOptions } from '../auth/auth-options.js';
import { AUTH_DEFAULTS } from '../auth/auth-options.js';
import type { DrainOptions } from '../lifecycle/drain.service.js';
import { DRAIN_DEFAULTS } from '../lifecycle/drain.service.js';
import type { HeartbeatOptions } from '../lifecycle/heartbeat.js';
import { HEARTBEAT_DEFAULTS } from '../lifecycle/heartbeat.js';
import type { RateOptions } from '../limits/rate-options.js';
import { RATE_DEFAULTS, bucketFault, methodRatesFault } from '../limits/rate-options.js';
import type { OptionRule, OptionRules } from '../rules/option-rules.js';
import { RealtimeConfigError, boolean, integer, list, oneOf, optionFaults, text } from '../rules/option-rules.js';
import type { RealtimeObserver } from '../observe/realtime-observer.js';
import type { AccessOptions } from './access-options.js';
import { ACCESS_RULES, accessFaults } from './access-options.js';
import type { CallLimits } from '../rpc/call-surroundings.js';
import { CALL_LIMIT_DEFAULTS } from '../rpc/call-surroundings.js';
import type { OutboundOptions } from '../outbound/outbound-queue.js';
import type { FairnessOptions } from '../outbound/fair-turns.js';
import { FAIRNESS_DEFAULTS } from '../outbound/fair-turns.js';
import { OUTBOUND_DEFAULTS } from '../outbound/outbound-queue.js';
import { PLATFORM_DEFAULTS } from '../session/principal.js';
import { OUTBOUND_POLICIES } from '../outbound/slow-rule.js';
import type { TopicsOptions } from '../topics/slow-rules.js';
import { topicsFault } from '../topics/slow-rules.js';
import type { ResolvedValidation, ValidationOptions } from '../validation/validation-options.js';
import { completeValidation, validationFault } from '../validation/validation-options.js';
import type { CompressionOptions } from '../wire/compression-options.js';
import { compressionFault } from '../wire/compression-options.js';
import type { DefaultTopicPolicy } from '../topics/topic-policies.js';
import { DEFAULT_TOPIC_POLICIES } from '../topics/topic-policies.js';
import type { TopicLimits } from '../topics/topic.service.js';
import { TOPIC_LIMIT_DEFAULTS } from '../topics/topic.service.js';

export interface RealtimeLimits extends Partial<FrameLimits>, CallLimits, TopicLimits {
  /** Largest message that a peer may send, in bytes; larger ones close the session with 1009. @default 65_536 */
  readonly frameBytes?: number;
  /** How many sessions may be open. */
  readonly connections?: ConnectionLimits;
}

export interface RealtimeOptions extends AccessOptions {
  /** Where sessions open; parameters as in `/ws/:tenant`. @default '/ws' */
  readonly path?: string;
  /** A port of its own instead of the app's HTTP server. */
  readonly port?: number;
  /** The address that a port of its own listens on. @default all addresses */
  readonly host?: string;
  /** Bounds of messages, calls, topics and connections. */
  readonly limits?: RealtimeLimits;
  /** Many nodes as one hub: `redisEngine({ client })`, `natsEngine({ connection })`. @default this node alone */
  readonly cluster?: ClusterEngine;
  /** How often peers may call; nothing is limited by default. */
  readonly rate?: RateOptions;
  /** What may wait for a slow reader, and what happens beyond it. */
  readonly outbound?: OutboundOptions;
  /** What is special about some topics, by pattern. */
  readonly topics?: TopicsOptions;
  /** Validate params whose type is a class with class-validator rules. @default true */
  readonly validation?: boolean | ValidationOptions;
  /** New names for the library's own methods; false switches one off. */
  readonly methods?: Partial<Record<BuiltinMethod, string | false>>;
  /**
   * Who may listen to a topic that no `@TopicPolicy()` speaks of: everybody, sessions that have signed in, or nobody.
   * @default 'authenticated'
   */
  readonly defaultTopicPolicy?: DefaultTopicPolicy;
  /** The kinds of client that a principal may name. @default web, ios, android, h5, miniapp, desktop */
  readonly platforms?: readonly string[];
  /** Compress messages for peers that agree to it (permessage-deflate); true for the defaults. @default false */
  readonly compression?: boolean | CompressionOptions;
  /** How connections without a peer are found: pings, and an idle timeout. */
  readonly heartbeat?: HeartbeatOptions;
  /** How the node says goodbye to its sessions when it ends. */
  readonly drain?: DrainOptions;
  /** How long work over many sessions may hold the event loop in one go. */
  readonly fairness?: FairnessOptions;
  /** Who hears what happens: objects, or classes, which are taken from the app or made with what they inject. @default none */
  readonly observers?: readonly (RealtimeObserver | Type<RealtimeObserver>)[];
  /** Measure how long calls take, for `hub.stats()`. @default false */
  readonly debugStats?: boolean;
  /**
   * How long a peer may take nothing of what waits for it, and how long it may take to accept our last bytes and answer our close
   * frame, in ms.
   * @default 10_000
   */
  readonly writeTimeoutMs?: number;
}

export interface ResolvedOptions extends Required<Omit<AccessOptions, 'auth' | 'admission'>>, Pick<AccessOptions, 'admission'> {
  readonly auth: ResolvedAuthOptions;
  readonly path: string;
  /** 0 is the app's own. */
  readonly port: number;
  readonly host: string | undefined;
  readonly limits: Required<Omit<RealtimeLimits, 'connections'>> & { readonly connections: Required<ConnectionLimits> };
  readonly cluster: ClusterEngine | undefined;
  readonly rate: RateOptions;
  readonly outbound: Required<OutboundOptions>;
  readonly topics: TopicsOptions;
  readonly validation: ResolvedValidation;
  readonly methods: Readonly<Record<BuiltinMethod, string | false>>;
  readonly defaultTopicPolicy: DefaultTopicPolicy;
  readonly platforms: readonly string[];
  readonly compression: boolean | CompressionOptions;
  readonly heartbeat: Required<HeartbeatOptions>;
  readonly drain: Required<DrainOptions>;
  readonly fairness: Required<FairnessOptions>;
  readonly observers: readonly (RealtimeObserver | Type<RealtimeObserver>)[];
  readonly debugStats: boolean;
  readonly writeTimeoutMs: number;
}

const SIGN_IN_METHODS = ['login', 'refresh', 'logout'] as const satisfies readonly BuiltinMethod[];

const methodName: OptionRule = (value) => {
  if (value === false) return undefined;
  if (typeof value !== 'string' || value === '') return 'must be a name or false';
  return isReservedMethod(value) ? 'must not be reserved: notifications/cancelled, or a name that begins with rpc. or $/' : undefined;
};

const platformNames = list(
  (name) => (text(name) === undefined ? undefined : 'must be a name'),
  'must be an array of names that is not empty',
  1,
);

const observerList = list(
  (one) => (typeof one === 'function' || (typeof one === 'object' && one !== null) ? undefined : 'must be an object or a class'),
  'must be an array of objects or classes',
);

/** Every option that there is; the names in the environment come from here. */
export const RULES: OptionRules = {
  path: pathPatternFault,
  port: integer(1, 65_535),
  host: text,
  ...ACCESS_RULES,
  limits: {
    frameBytes: integer(1, 2 ** 31 - 1),
    batchItems: integer(1),
    jsonDepth: integer(2, 1_000),
    inFlight: integer(1),
    inFlightBytes: integer(1),
    topicsPerSession: integer(1),
    sessionsPerTopic: integer(0),
    topicNameBytes: integer(1),
    connections: { total: integer(0), perUser: integer(0), perAddress: integer(0), anonymous: integer(0) },
  },
  cluster: engineFault,
  rate: {
    session: bucketFault,
    user: bucketFault,
    address: bucketFault,
    methods: methodRatesFault,
    strikes: bucketFault,
    bytesPerToken: integer(0),
  },
  outbound: { maxBytes: integer(1), maxFrames: integer(1), policy: oneOf(OUTBOUND_POLICIES) },
  topics: topicsFault,
  validation: validationFault,
  methods: Object.fromEntries(Object.keys(BUILTIN_METHODS).map((name) => [name, methodName])),
  defaultTopicPolicy: oneOf(DEFAULT_TOPIC_POLICIES),
  platforms: platformNames,
  compression: compressionFault,
  heartbeat: {
    pingIntervalMs: integer(0, MAX_TIMER_MS),
    pongTimeoutMs: integer(0, MAX_TIMER_MS),
    idleTimeoutMs: integer(0, MAX_TIMER_MS),
  },
  drain: { delayMs: integer(0, MAX_TIMER_MS), windowMs: integer(0, MAX_TIMER_MS), timeoutMs: integer(0, MAX_TIMER_MS) },
  fairness: { sliceMs: integer(0, 1_000) },
  observers: observerList,
  debugStats: boolean,
  writeTimeoutMs: integer(1, MAX_TIMER_MS),
};

/** Fills in the defaults. @throws {RealtimeConfigError} that names every wrong option */
export function resolveOptions(options: RealtimeOptions = {}): ResolvedOptions {
  const faults = optionFaults(options, RULES);
  if ((options as RealtimeOptions | null)?.host !== undefined && options.port === undefined)
    faults.push('host has an effect only together with port');
  faults.push(...accessFaults(options), ...idleMethodNames(options));
  if (faults.length > 0) throw new RealtimeConfigError(faults);
  return {
    path: options.path ?? '/ws',
    port: options.port ?? 0,
    host: options.host,
    auth: { ...AUTH_DEFAULTS, ...defined(options.auth) },
    admission: options.admission,
    connectGuards: options.connectGuards ?? [],
    origins: options.origins ?? 'same',
    trustedProxies: options.trustedProxies ?? [],
    admissionTimeoutMs: options.admissionTimeoutMs ?? 5_000,
    anonymousTimeoutMs: options.anonymousTimeoutMs ?? 10_000,
    singleSession: options.singleSession ?? 'off',
    limits: {
      frameBytes: 65_536,
      ...FRAME_LIMIT_DEFAULTS,
      ...CALL_LIMIT_DEFAULTS,
      ...TOPIC_LIMIT_DEFAULTS,
      ...defined(options.limits),
      connections: { ...CONNECTION_LIMIT_DEFAULTS, ...defined(options.limits?.connections) },
    },
    cluster: options.cluster,
    rate: { ...RATE_DEFAULTS, ...defined(options.rate) },
    outbound: { ...OUTBOUND_DEFAULTS, ...defined(options.outbound) },
    topics: options.topics ?? {},
    validation: completeValidation(options.validation ?? true),
    methods: { ...BUILTIN_METHODS, ...defined(options.methods), ...notServed(options) },
    defaultTopicPolicy: options.defaultTopicPolicy ?? 'authenticated',
    platforms: options.platforms ?? PLATFORM_DEFAULTS,
    compression: options.compression ?? false,
    heartbeat: { ...HEARTBEAT_DEFAULTS, ...defined(options.heartbeat) },
    drain: { ...DRAIN_DEFAULTS, ...defined(options.drain) },
    fairness: { ...FAIRNESS_DEFAULTS, ...defined(options.fairness) },
    observers: options.observers ?? [],
    debugStats: options.debugStats ?? false,
    writeTimeoutMs: options.writeTimeoutMs ?? 10_000,
  };
}

/** A new name for a method that is not served: whoever gave it believes that peers can sign in. */
function idleMethodNames(options: RealtimeOptions | null): string[] {
  const { auth, methods } = options ?? {};
  if (typeof methods !== 'object' || (methods as object | null) === null || auth?.authenticator !== undefined) return [];
  return SIGN_IN_METHODS.filter((name) => typeof methods[name] === 'string').map(
    (name) => `methods.${name} has an effect only together with auth.authenticator`,
  );
}

/** Nobody could sign in with them, or hear who is there. */
function notServed({ auth, topics = {} }: RealtimeOptions): Partial<Record<BuiltinMethod, false>> {
  return {
    ...(auth?.authenticator === undefined ? Object.fromEntries(SIGN_IN_METHODS.map((name) => [name, false])) : {}),
    ...(Object.values(topics).some(({ presence }) => presence) ? {} : { presence: false }),
  };
}

/** Members that are undefined count as left out, so that they do not overwrite defaults. */
function defined<T extends object>(options: T | undefined): Partial<T> {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined)) as Partial<T>;
}
