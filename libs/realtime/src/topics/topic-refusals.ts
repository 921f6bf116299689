/** The topics that one `subscribe` refuses: what its answer says of them, and what observers hear. */
import type { ErrorObject } from 'nestjs-realtime-protocol';
import { RpcError } from 'nestjs-realtime-protocol';
import type { Observers } from '../observe/observers.js';
import { errorIdOf } from '../rpc/call-facts.js';
import { ReportedFault } from '../rpc/reported-fault.js';
import type { RpcCall } from '../rpc/rpc-call.js';
import type { Refused } from './policy-faults.js';
import { PolicyFaults } from './policy-faults.js';

export type RejectedTopic = { readonly topic: string; readonly data?: { readonly errorId: string } } & Pick<
  ErrorObject,
  'code' | 'reason' | 'message'
>;

interface Refusal extends Refused {
  readonly topic: string;
}

export class TopicRefusals {
  private readonly refusals: Refusal[] = [];
  private readonly faults: PolicyFaults;
  private answer: Refusal | undefined;

  /** @param userId of whoever asked */
  constructor(
    private readonly call: RpcCall,
    private readonly observers: Observers,
    private readonly userId: string | undefined,
  ) {
    this.faults = new PolicyFaults(call, observers, call.method);
    // Only then is it known which of them the call itself fails with.
    call.onEnd(() => this.tell());
  }

  add(topic: string, thrown: unknown): void {
    this.refusals.push({ topic, ...this.faults.refusedWith(thrown) });
  }

  get any(): boolean {
    return this.refusals.length > 0;
  }

  /** For the result, if other topics are granted. */
  get rejected(): readonly RejectedTopic[] {
    return this.refusals.map(rejection);
  }

  /** The first refusal, if no topic is granted: the call fails with it. */
  get failure(): RpcError {
    const [first] = this.refusals;
    if (!first) throw new Error('Nothing was refused');
    this.answer = first;
    const { code, message, ...details } = first.error;
    return first.isFault ? new ReportedFault(first.error, first.thrown) : new RpcError(code, message, details);
  }

  private tell(): void {
    if (!this.observers.hears('topicRefused')) return;
    const { session } = this.call;
    for (const refusal of this.refusals) {
      const { code, reason } = refusal.error;
      this.observers.tell('topicRefused', {
        sessionId: session.id,
        ...(this.userId === undefined ? {} : { userId: this.userId }),
        topic: refusal.topic,
        code,
        ...(reason === undefined ? {} : { reason }),
        isAnswer: refusal === this.answer,
      });
    }
  }
}

function rejection({ topic, error }: Refusal): RejectedTopic {
  const { code, message, reason } = error;
  const errorId = errorIdOf(error);
  return {
    topic,
    code,
    message,
    ...(reason === undefined ? {} : { reason }),
    ...(errorId === undefined ? {} : { data: { errorId } }),
  };
}
