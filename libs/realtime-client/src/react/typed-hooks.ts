'use client';
/** The hooks, and their types for one server. */
import type { RpcContract, UntypedContract } from '../calls/contract.js';
import type { RealtimeClient } from '../client/client.js';
import { useRealtimeClient } from './realtime-provider.js';
import type { UseCallOf } from './use-call.js';
import { useCallOf } from './use-call.js';
import { useConnection } from './use-connection.js';
import type { UseTopicOf } from './use-topic.js';
import { useTopicOf } from './use-topic.js';

/** The hooks of a contract. */
export interface RealtimeHooks<C extends RpcContract> {
  readonly useCall: UseCallOf<C>;
  readonly useTopic: UseTopicOf<C>;
  readonly useConnection: typeof useConnection;
  readonly useRealtimeClient: () => RealtimeClient<C>;
}

/** The hooks with the types of a contract: `export const { useCall, useTopic } = typedHooks<Chat>();` */
export function typedHooks<C extends RpcContract>(): RealtimeHooks<C> {
  // The contract says what the server does; nothing checks it at run time.
  return { useCall: useCallOf, useTopic: useTopicOf, useConnection, useRealtimeClient } as unknown as RealtimeHooks<C>;
}

const untyped = typedHooks<UntypedContract>();

/** Calls a method of the server: `const { data, error, isPending, call } = useCall('whoami');` */
export const { useCall } = untyped;

/** Holds a topic while the component is mounted: `const { push } = useTopic('news');` */
export const { useTopic } = untyped;
