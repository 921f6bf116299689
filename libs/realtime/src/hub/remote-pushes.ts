/** Pushes to and from the sessions of other nodes. The text that peers get is made once, by the node that pushes. */
import { EVERYBODY, channelOfTopic } from '../cluster/channels.js';
import type { ClusterLink } from '../cluster/cluster-link.js';
import type { ClusterMessage, Fact } from '../cluster/cluster-message.js';
import type { NodeCounters } from '../observe/node-counters.js';
import type { SlowRule } from '../outbound/slow-rule.js';
import { SLOW_POLICIES } from '../outbound/slow-rule.js';
import type { LocalDelivery } from './local-delivery.js';
import type { PushTarget } from './push-target.js';
import { targetFact, targetOf } from './remote-targets.js';

const PUSH = 'push';

export class RemotePushes {
  constructor(
    link: ClusterLink,
    private readonly delivery: LocalDelivery,
    private readonly counters: NodeCounters,
    /** By which pushes leave. */
    private readonly way: Pick<ClusterLink, 'send'> = link,
  ) {
    link.on(PUSH, (message) => this.take(message));
  }

  /**
   * Tells the nodes that listen to the topic, or all of them.
   * @throws {ClusterBusError} if the broker has not taken the push
   */
  send(
    target: PushTarget,
    method: string,
    text: string,
    except: ReadonlySet<string> | undefined,
    rule: SlowRule | undefined,
  ): Promise<void> {
    const channel = target.kind === 'topic' ? channelOfTopic(target.topic) : EVERYBODY;
    const facts: Fact[] = [targetFact(target), method];
    if (rule || except) facts.push(rule ? (rule.key === undefined ? [rule.policy] : [rule.policy, rule.key]) : []);
    if (except) facts.push([...except]);
    return this.way.send(channel, PUSH, facts, text);
  }

  private take({ facts: [targetWord, method, ruleWord, exceptWord], text }: ClusterMessage): void {
    const target = targetOf(targetWord);
    const except = Array.isArray(exceptWord) ? new Set(exceptWord as string[]) : undefined;
    if (!target || typeof method !== 'string') {
      this.counters.busReject('malformed');
      return;
    }
    this.delivery.deliver(target, method, text, except, ruleOf(ruleWord));
  }
}

/** The rule of the node that pushes: it knows the key, which is made of the params. */
function ruleOf(word: unknown): SlowRule | undefined {
  if (!Array.isArray(word)) return undefined;
  const [policy, key] = word as unknown[];
  if (policy === 'disconnect' || !SLOW_POLICIES.includes(policy as SlowRule['policy'])) return undefined;
  return { policy: policy as SlowRule['policy'], ...(typeof key === 'string' ? { key } : {}) };
}
