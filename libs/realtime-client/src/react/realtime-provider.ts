'use client';
/** Hands a client to the components below, and keeps it connected while it is mounted. */
import type { ReactElement, ReactNode } from 'react';
import { createContext, createElement, useContext, useEffect, useLayoutEffect } from 'react';
import type { RpcContract, UntypedContract } from '../calls/contract.js';
import type { RealtimeClient } from '../client/client.js';

export interface RealtimeProviderProps<C extends RpcContract> {
  readonly client: RealtimeClient<C>;
  /** Connects the client when this is mounted, and closes it when the last provider that has it is unmounted. @default true */
  readonly connect?: boolean;
  readonly children?: ReactNode;
}

const ClientContext = createContext<unknown>(undefined);

/** How many providers keep a client connected. */
const holders = new WeakMap<object, number>();

export function RealtimeProvider<C extends RpcContract>({ client, connect = true, children }: RealtimeProviderProps<C>): ReactElement {
  // Before the effects of the components below, which may call at once. On a server there are no effects, and React 18 warns of this one.
  const useConnecting = 'window' in globalThis ? useLayoutEffect : useEffect;
  useConnecting(() => {
    if (!connect) return undefined;
    hold(client, 1);
    client.connect();
    return () => {
      hold(client, -1);
      // Not at once, because development mounts everything twice.
      setTimeout(() => holders.get(client) || client.close());
    };
  }, [client, connect]);
  return createElement(ClientContext.Provider, { value: client }, children);
}

function hold(client: object, change: 1 | -1): void {
  holders.set(client, (holders.get(client) ?? 0) + change);
}

/** The client of the next `RealtimeProvider` above. @throws {Error} if there is none */
export function useRealtimeClient<C extends RpcContract = UntypedContract>(): RealtimeClient<C> {
  const client = useContext(ClientContext);
  if (client === undefined) throw new Error('There is no <RealtimeProvider> above this component');
  // The application says which contract its client has; nothing checks it at run time.
  return client as RealtimeClient<C>;
}
