/** Decides who may listen to a topic: the policies of the app first, the default policy where none matches. */
import { RpcError } from 'nestjs-realtime-protocol';
import { PLAIN_RESULT, settleResult } from '../binding/handler-result.js';
import type { NestParts } from '../binding/nest-parts.js';
import { providerMethods } from '../binding/provider-methods.js';
import type { RpcCall } from '../rpc/rpc-call.js';
import type { Session } from '../session/session.js';
import { TopicPattern } from './topic-pattern.js';
import { TopicPolicyError } from './topic-policy-error.js';
import type { TopicRequest } from './topic-policy.decorator.js';
import { TOPIC_POLICY_METADATA } from './topic-policy.decorator.js';

/** Who may listen to a topic that no policy speaks of. */
export const DEFAULT_TOPIC_POLICIES = Object.freeze(['allow', 'authenticated', 'deny'] as const);
export type DefaultTopicPolicy = (typeof DEFAULT_TOPIC_POLICIES)[number];

interface Policy {
  readonly pattern: TopicPattern;
  /** The method that decides, as `RoomPolicies.room`. */
  readonly origin: string;
  readonly decide: (request: TopicRequest, call: RpcCall) => unknown;
}

export class TopicPolicies {
  private policies: readonly Policy[] = [];

  constructor(private readonly fallback: DefaultTopicPolicy) {}

  /** Finds the policies of an app; once, at boot. @returns what is wrong, one sentence for each fault */
  explore({ modules, scanner, scoped }: NestParts): string[] {
    const faults: string[] = [];
    const policies: Policy[] = [];
    for (const found of providerMethods(modules, scanner)) {
      const pattern: unknown = Reflect.getMetadata(TOPIC_POLICY_METADATA, found.method);
      if (pattern === undefined) continue;
      if (typeof pattern !== 'string' || pattern === '' || pattern.includes('**')) {
        faults.push(`${found.origin}: a topic pattern must be a string, not empty, and no two * may stand together`);
        continue;
      }
      const invoke = scoped.bind(found);
      policies.push({ pattern: new TopicPattern(pattern), origin: found.origin, decide: (request, call) => invoke(call, [request]) });
    }
    this.policies = policies;
    return faults;
  }

  /**
   * Within the grace of a sign-in that has run out the answer is as before: what was joined stays, and whether more is joined is for the
   * caller to say.
   * @throws {RpcError} if the session may not listen @throws {TopicPolicyError} with whatever a policy throws
   */
  async check(session: Session, topic: string, call: RpcCall): Promise<void> {
    const { principal } = session;
    let matched = false;
    for (const policy of this.policies) {
      const wildcards = policy.pattern.match(topic);
      if (!wildcards) continue;
      matched = true;
      const allowed = await ask(policy, { session, principal, topic, wildcards }, call);
      if (allowed !== true) throw RpcError.of('PermissionDenied', 'This topic is not open to you');
    }
    if (!matched) this.checkDefault(session);
  }

  private checkDefault(session: Session): void {
    if (this.fallback === 'allow') return;
    if (this.fallback === 'deny') throw RpcError.of('PermissionDenied', 'No policy opens this topic');
    if (!session.principal) throw RpcError.of('Unauthorized', 'Sign in before you subscribe to this topic');
  }
}

async function ask({ pattern, origin, decide }: Policy, request: TopicRequest, call: RpcCall): Promise<unknown> {
  try {
    return await settleResult(decide(request, call), call, PLAIN_RESULT);
  } catch (thrown) {
    throw new TopicPolicyError(`${origin} (${pattern.text})`, thrown);
  }
}
