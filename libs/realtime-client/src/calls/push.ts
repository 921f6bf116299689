/** What listeners are told. */
import type { NameOf } from './contract.js';
import type { SubscriptionEvent } from '../topics/subscription.js';

/** A notification of the server; one of those that the contract names. */
export type Push<P extends object> = {
  readonly [M in NameOf<P>]: {
    readonly method: M;
    readonly params: P[M];
    /** The topic that it was pushed to, if it was. */
    readonly topic?: string;
    /** Its place in the topic's history, if the topic keeps one. */
    readonly offset?: number;
  };
}[NameOf<P>];

/** What happens to a topic: the state that it begins with, a push, a gap in the pushes, or the end of the subscription. */
export type TopicEvent<P extends object> = ({ readonly kind: 'push'; readonly topic: string } & Push<P>) | SubscriptionEvent;

/** A push before anybody looked at what it carries. */
export interface IncomingPush {
  readonly method: string;
  readonly params: unknown;
  readonly topic?: string;
  readonly offset?: number;
}
