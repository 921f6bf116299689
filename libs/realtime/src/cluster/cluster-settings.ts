/** How a node takes part in a cluster, whatever the broker. */
import type { OptionRule, OptionRules } from '../rules/option-rules.js';
import { RealtimeConfigError, integer, oneOf, optionFaults, text } from '../rules/option-rules.js';
import type { SignSettings } from './sign-settings.js';
import { signFault } from './sign-settings.js';

export interface ClusterSettings {
  /** Names this node for the others; two nodes that run must not have one name. Made of the host's name and random characters if left out. */
  readonly nodeId?: string;
  /** How often a node says that it is alive, in ms; one that has missed three is dead to all. @default 1_000 */
  readonly nodeHeartbeatMs?: number;
  /** How long other nodes may take to answer a question, in ms; those that do not are named in the result. @default 2_000 */
  readonly askTimeoutMs?: number;
  /**
   * Who signs in while the broker cannot say how many sessions the user has elsewhere: `lenient` lets them in on what this node knows, and whoever has too
   * many when it is back is told so and ends (4008, 4501); `strict` refuses (-32053, over HTTP 503). @default 'lenient'
   */
  readonly directory?: 'lenient' | 'strict';
  /**
   * Signs every message between nodes with HMAC-SHA256, and refuses what is not signed with one of the keys, was said before or is older than 30 s by the
   * broker's clock. All nodes of a cluster have it, or none. @default nothing is signed
   */
  readonly sign?: SignSettings;
  /**
   * What becomes of a push for other nodes while the broker is away: its promise rejects, or it waits for the broker's return and then goes out in order.
   * @default 'reject'
   */
  readonly onBrokerLost?: 'reject' | { readonly buffer: BrokerLostBuffer };
}

export interface BrokerLostBuffer {
  /** What may wait, in bytes of UTF-8 with some for each push. A push beyond it is rejected. */
  readonly maxBytes: number;
  /** How long a push may wait, in ms. Then it is rejected. */
  readonly maxAgeMs: number;
}

export const CLUSTER_DEFAULTS = Object.freeze({
  nodeHeartbeatMs: 1_000,
  askTimeoutMs: 2_000,
  directory: 'lenient',
  onBrokerLost: 'reject',
}) satisfies Omit<Required<ClusterSettings>, 'nodeId' | 'sign'>;

const MAX_NAME = 100;

/** What every broker takes in the name of a channel, and what nodes put between names. */
export const clusterName: OptionRule = (value) => {
  if (typeof value === 'string' && value.length <= MAX_NAME && /^[\w.:-]+$/u.test(value)) return undefined;
  return text(value) ?? `must be at most ${MAX_NAME} letters, digits and . : _ -`;
};

const BUFFER_RULES: OptionRules = { buffer: { maxBytes: integer(1_024, 1024 * 1024 * 1024), maxAgeMs: integer(1, 3_600_000) } };

const onBrokerLostFault: OptionRule = (value) => {
  if (value === 'reject') return undefined;
  const { maxBytes, maxAgeMs } = (value as { buffer?: Partial<BrokerLostBuffer> } | null)?.buffer ?? {};
  if (maxBytes === undefined || maxAgeMs === undefined) return "must be 'reject' or { buffer: { maxBytes, maxAgeMs } }";
  const faults = optionFaults(value, BUFFER_RULES);
  return faults.length === 0 ? undefined : faults.map((fault) => `has wrong ${fault}`);
};

export const SETTINGS_RULES: OptionRules = {
  nodeId: clusterName,
  nodeHeartbeatMs: integer(100, 60_000),
  askTimeoutMs: integer(1, 60_000),
  directory: oneOf(['lenient', 'strict']),
  sign: signFault,
  onBrokerLost: onBrokerLostFault,
};

/** The rule of the option `cluster`. */
export const engineFault: OptionRule = (value) =>
  typeof (value as { connect?: unknown } | null)?.connect === 'function' ? undefined : 'must be an engine, such as redisEngine({ client })';

/** @throws {RealtimeConfigError} that names every wrong option of an engine */
export function checkEngine(options: object, rules: OptionRules, factory: string): void {
  const faults = optionFaults(options, { ...SETTINGS_RULES, ...rules });
  if (faults.length > 0) throw new RealtimeConfigError(faults.map((fault) => `${factory}: ${fault}`));
}
