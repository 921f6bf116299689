/** Tells a peer who is there in a topic. */
import { RpcError } from 'nestjs-realtime-protocol';
import type { PresenceMember, PresenceSource } from '../hub/presence-list.js';
import { BuiltinRpcMethod } from '../rpc/builtin-method.decorator.js';
import type { RpcCall } from '../rpc/rpc-call.js';
import type { TopicService } from '../topics/topic.service.js';

export class PresenceMethods {
  constructor(
    private readonly presence: PresenceSource,
    private readonly topics: TopicService,
  ) {}

  /** Params: `{ topic }`. For those who may listen to the topic. */
  @BuiltinRpcMethod('presence')
  async list(call: RpcCall): Promise<{ members: readonly PresenceMember[]; count: number }> {
    const { params } = call;
    const topic: unknown = typeof params === 'object' && params !== null && 'topic' in params ? params.topic : undefined;
    if (typeof topic !== 'string')
      throw RpcError.of('InvalidParams', undefined, {
        errors: [{ path: 'topic', constraints: { isString: 'topic must be a string' } }],
      });
    await this.topics.mayListen(call, topic);
    const { members, count } = await this.presence.of(topic);
    return { members, count };
  }
}
