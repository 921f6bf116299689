'use client';
/** Holds a topic while a component is mounted. */
import { useEffect, useRef, useState } from 'react';
import type { PushesOf, RpcContract, UntypedContract } from '../calls/contract.js';
import type { Push, TopicEvent } from '../calls/push.js';
import type { SubscriptionEvent } from '../topics/subscription.js';
import { useRealtimeClient } from './realtime-provider.js';

/** What was last heard of a topic. */
export interface TopicView<P extends object> {
  /** The state that the server gave when it began to push the topic; undefined if it gives none. */
  readonly state: unknown;
  /** The last push since; undefined before the first. */
  readonly push: Push<P> | undefined;
  /** The last gap, if nothing has come since: what is shown may be out of date. */
  readonly gap: Extract<SubscriptionEvent, { readonly kind: 'gap' }> | undefined;
  /** Why the topic is not listened to. */
  readonly error: Error | undefined;
}

/** The hook, for one contract. */
export interface UseTopic<P extends object> {
  /** Holds a topic and renders again with each push. @param topic undefined: none */
  (topic: string | undefined): TopicView<P>;
  /** Holds a topic and tells the listener, always the one of the last rendering, without rendering again. @param topic undefined: none */
  (topic: string | undefined, listener: (event: TopicEvent<P>) => void): void;
}

type AnyEvent = TopicEvent<UntypedContract['pushes']>;
type AnyView = TopicView<UntypedContract['pushes']>;

const NOTHING: AnyView = { state: undefined, push: undefined, gap: undefined, error: undefined };

export function useTopicOf(topic: string | undefined, listener?: (event: AnyEvent) => void): AnyView {
  const client = useRealtimeClient();
  const [{ of, view }, setSeen] = useState({ of: topic, view: NOTHING });
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => {
    if (topic === undefined) return undefined;
    const hold = client.subscribe(topic, (event) => {
      if (latest.current) latest.current(event);
      else setSeen((seen) => ({ of: topic, view: after(seen.of === topic ? seen.view : NOTHING, event) }));
    });
    return () => {
      setSeen((seen) => (seen.view === NOTHING ? seen : { of: topic, view: NOTHING }));
      // Survived: a server that cannot be told pushes into the void until the connection ends.
      hold.unsubscribe().catch(() => undefined);
    };
  }, [client, topic]);
  return of === topic ? view : NOTHING;
}

function after({ state, push }: AnyView, event: AnyEvent): AnyView {
  switch (event.kind) {
    case 'snapshot':
      return { ...NOTHING, state: event.state };
    case 'push':
      return { ...NOTHING, state, push: event };
    case 'gap':
      return { ...NOTHING, state, push, gap: event };
    case 'ended':
      return { ...NOTHING, state, push, error: event.error };
  }
}

/** The hook for the pushes of a contract. */
export type UseTopicOf<C extends RpcContract> = UseTopic<PushesOf<C>>;
