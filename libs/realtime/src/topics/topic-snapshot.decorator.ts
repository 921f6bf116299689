/** Marks a method of a provider as the source of the state with which a subscription to a topic begins. */
import { SetMetadata } from '@nestjs/common';

export const TOPIC_SNAPSHOT_METADATA = 'nestjs-realtime:topic-snapshot';

/**
 * The method gets a {@link TopicRequest} and returns the state of the topic, which stands in the answer to `subscribe` under `snapshots`. It
 * is called in the step in which the session joins: every push before it is in the state, every push after it reaches the session behind the
 * answer. So it must return at once, from memory; a promise is a fault. `undefined` is no state. If several patterns match a topic, the one
 * with the most characters beside its `*` is asked.
 *
 * One that throws refuses the topic: with its error if it is an RpcError or an HttpException, else with InternalError, and the log names it.
 * @param pattern `*` stands for one or more characters
 */
export function TopicSnapshot(pattern: string): MethodDecorator {
  return SetMetadata(TOPIC_SNAPSHOT_METADATA, pattern);
}
