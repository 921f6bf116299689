/** Says what may happen to a push where a reader is slow: by its topic, else by the policy of all sessions. */
import type { OutboundPolicy, SlowPolicy, SlowRule } from '../outbound/slow-rule.js';
import { SLOW_POLICIES, ruleOf } from '../outbound/slow-rule.js';
import type { PresenceOptions } from './presence-options.js';
import { presenceFaults } from './presence-options.js';
import { TopicTable } from './topic-table.js';

/** What is special about the topics that a pattern means. */
export interface TopicOptions {
  /**
   * What happens to a push that finds no room at a slow reader. `conflate`: while a reader is slow, a push replaces the waiting one
   * with the same key.
   * @default outbound.policy
   */
  readonly slow?: SlowPolicy;
  /** With `conflate`: what a push is about, such as the name of a share. Left out, a topic has one value. Asked once for each push. */
  readonly key?: (params: unknown, method: string) => string;
  /** Keep who is there, and tell those who listen when somebody comes or goes. @default false */
  readonly presence?: boolean | PresenceOptions;
}

/** By pattern: `*` stands for one or more characters. Where several match, the one with the most other characters counts. */
export type TopicsOptions = Readonly<Record<string, TopicOptions>>;

export class SlowRules {
  private readonly options: TopicTable<TopicOptions>;
  private readonly fallback: SlowRule | undefined;

  constructor(
    private readonly policy: OutboundPolicy,
    topics: TopicsOptions = {},
  ) {
    this.fallback = ruleOf(policy);
    this.options = new TopicTable(topics);
  }

  /** @param topic absent for a push to sessions or users @throws what the `key` of the application throws */
  of(topic: string | undefined, method: string, params: unknown): SlowRule | undefined {
    if (topic === undefined || this.options.isEmpty) return this.fallback;
    const options = this.options.of(topic);
    const policy = options?.slow ?? this.policy;
    if (policy !== 'conflate') return policy === this.policy ? this.fallback : ruleOf(policy);
    // No topic name holds a line feed, so keys of different topics cannot meet.
    return { policy, key: options?.key ? `${topic}\n${options.key(params, method)}` : topic };
  }
}

/** What is wrong with the option `topics`. */
export function topicsFault(value: unknown): string | undefined {
  if (!isRecord(value)) return 'must be an object of options by topic pattern';
  const faults = Object.entries(value).flatMap(([pattern, options]) => patternFaults(pattern, options));
  return faults.length === 0 ? undefined : `must be in order: ${faults.join('; ')}`;
}

function patternFaults(pattern: string, options: unknown): string[] {
  const name = JSON.stringify(pattern);
  if (pattern === '' || pattern.includes('**')) return [`${name} is no topic pattern`];
  if (!isRecord(options)) return [`${name} must be an object`];
  const { slow, key, presence, ...unknown } = options;
  const faults = Object.keys(unknown).map((option) => `${name}.${option} is not an option; known here: slow, key, presence`);
  if (slow !== undefined && !SLOW_POLICIES.includes(slow as SlowPolicy))
    faults.push(`${name}.slow must be one of ${SLOW_POLICIES.join(', ')}`);
  if (key !== undefined && typeof key !== 'function') faults.push(`${name}.key must be a function`);
  if (key !== undefined && slow !== 'conflate') faults.push(`${name}.key has an effect only together with slow: 'conflate'`);
  return [...faults, ...presenceFaults(`${name}.presence`, presence)];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
