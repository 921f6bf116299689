/** Lets a peer choose the topics that it listens to. */
import { RpcError } from 'nestjs-realtime-protocol';
import { BuiltinRpcMethod } from '../rpc/builtin-method.decorator.js';
import type { RpcCall } from '../rpc/rpc-call.js';
import type { SubscribeResult, TopicService } from '../topics/topic.service.js';

export class TopicMethods {
  constructor(private readonly service: TopicService) {}

  /** Params: `{ topics: (string | { topic })[] }`. */
  @BuiltinRpcMethod('subscribe')
  subscribe(call: RpcCall): Promise<SubscribeResult> {
    return this.service.subscribe(call, topicsOf(call.params));
  }

  /** Params: `{ topics: string[] }`. */
  @BuiltinRpcMethod('unsubscribe')
  unsubscribe(call: RpcCall): { unsubscribed: string[] } {
    return { unsubscribed: this.service.unsubscribe(call, topicsOf(call.params)) };
  }
}

/** Most names of one call: each refused one costs a sentence in the reply, which must not outgrow what a session may hold. */
const MAX_NAMES = 1024;

/** @throws {RpcError} InvalidParams if there is no list of names */
function topicsOf(params: unknown): string[] {
  const topics: unknown = typeof params === 'object' && params !== null && 'topics' in params ? params.topics : undefined;
  if (!Array.isArray(topics) || topics.length === 0) {
    throw fault('topics', 'isArray', 'topics must be an array that is not empty');
  }
  if (topics.length > MAX_NAMES) throw fault('topics', 'arrayMaxSize', `topics must name at most ${MAX_NAMES} topics in one call`);
  return topics.map((entry: unknown, index) => {
    const topic: unknown = typeof entry === 'object' && entry !== null && 'topic' in entry ? entry.topic : entry;
    if (typeof topic !== 'string') throw fault(`topics.${index}`, 'isString', 'a topic must be a string or an object with a member topic');
    return topic;
  });
}

function fault(path: string, rule: string, sentence: string): RpcError {
  return RpcError.of('InvalidParams', undefined, { errors: [{ path, constraints: { [rule]: sentence } }] });
}
