/** The way to the server for topics. */
import type { TopicState } from './subscribe-result.js';
import { answersIn } from './subscribe-result.js';

/** Both calls throw or reject like any call. */
export interface TopicCalls {
  /** @returns by topic a refusal, or the state of one that is listened to; so are those that it does not name */
  subscribe(topics: readonly string[]): Promise<ReadonlyMap<string, Error | TopicState>>;
  unsubscribe(topics: readonly string[]): Promise<unknown>;
  /** Topics that were listened to cannot be asked for on this connection; on the next one they are. */
  giveUp(error: Error): void;
}

/** @param methods the server's names @param giveUp ends the connection */
export function topicCalls(
  caller: { request(method: string, params: unknown): Promise<unknown> },
  methods: { readonly subscribe: string; readonly unsubscribe: string },
  giveUp: (message: string) => void,
): TopicCalls {
  return {
    subscribe: async (topics) => answersIn(await caller.request(methods.subscribe, { topics }), topics),
    unsubscribe: (topics) => caller.request(methods.unsubscribe, { topics }),
    giveUp: (error) => giveUp(`The topics could not be asked for: ${error.message}`),
  };
}
