/** Says what may happen to a push where a reader is slow: by its topic, else by the policy of all sessions. */
import type { OutboundPolicy, SlowPolicy, SlowRule } from '../outbound/slow-rule.js';
import { SLOW_POLICIES, ruleOf } from '../outbound/slow-rule.js';
import { TopicPattern } from './topic-pattern.js';

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
}

/** By pattern: `*` stands for one or more characters. Where several match, the one with the most other characters counts. */
export type TopicsOptions = Readonly<Record<string, TopicOptions>>;

/** Topics whose options are remembered, so that patterns are not matched for each push. */
const MAX_KNOWN_TOPICS = 4096;

type RuleFor = (params: unknown, method: string) => SlowRule | undefined;

export class SlowRules {
  private readonly patterns: readonly { readonly pattern: TopicPattern; readonly options: TopicOptions }[];
  private readonly byTopic = new Map<string, SlowRule | RuleFor | undefined>();
  private readonly fallback: SlowRule | undefined;

  constructor(
    private readonly policy: OutboundPolicy,
    topics: TopicsOptions = {},
  ) {
    this.fallback = ruleOf(policy);
    this.patterns = Object.entries(topics)
      .map(([text, options]) => ({ pattern: new TopicPattern(text), options }))
      // Sorting keeps the order of those that are equally special: the one that was written first counts.
      .sort((a, b) => specificness(b.pattern.text) - specificness(a.pattern.text));
  }

  /** @param topic absent for a push to sessions or users @throws what the `key` of the application throws */
  of(topic: string | undefined, method: string, params: unknown): SlowRule | undefined {
    if (topic === undefined || this.patterns.length === 0) return this.fallback;
    let rule = this.byTopic.get(topic);
    if (rule === undefined && !this.byTopic.has(topic)) {
      rule = this.resolve(topic);
      this.remember(topic, rule);
    }
    return typeof rule === 'function' ? rule(params, method) : rule;
  }

  private resolve(topic: string): SlowRule | RuleFor | undefined {
    const options = this.patterns.find(({ pattern }) => pattern.match(topic))?.options;
    const policy = options?.slow ?? this.policy;
    if (policy !== 'conflate') return policy === this.policy ? this.fallback : ruleOf(policy);
    const key = options?.key;
    // No topic name holds a line feed, so keys of different topics cannot meet.
    if (key) return (params, method) => ({ policy, key: `${topic}\n${key(params, method)}` });
    return Object.freeze({ policy, key: topic });
  }

  private remember(topic: string, rule: SlowRule | RuleFor | undefined): void {
    if (this.byTopic.size >= MAX_KNOWN_TOPICS) {
      const [eldest] = this.byTopic.keys();
      if (eldest !== undefined) this.byTopic.delete(eldest);
    }
    this.byTopic.set(topic, rule);
  }
}

/** A name without `*` is more special than any pattern. */
function specificness(pattern: string): number {
  return pattern.includes('*') ? pattern.replaceAll('*', '').length : Infinity;
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
  const { slow, key, ...unknown } = options;
  const faults = Object.keys(unknown).map((option) => `${name}.${option} is not an option; known here: slow, key`);
  if (slow !== undefined && !SLOW_POLICIES.includes(slow as SlowPolicy))
    faults.push(`${name}.slow must be one of ${SLOW_POLICIES.join(', ')}`);
  if (key !== undefined && typeof key !== 'function') faults.push(`${name}.key must be a function`);
  if (key !== undefined && slow !== 'conflate') faults.push(`${name}.key has an effect only together with slow: 'conflate'`);
  return faults;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
