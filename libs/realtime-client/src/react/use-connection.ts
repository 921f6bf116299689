'use client';
/** The state of the connection. */
import { useCallback, useSyncExternalStore } from 'react';
import type { ConnectionState } from '../connection/connection-state.js';
import { useRealtimeClient } from './realtime-provider.js';

const ON_A_SERVER: ConnectionState = { name: 'idle' };

/** Where the connection stands, and why; `idle` while the page is rendered on a server. */
export function useConnection(): ConnectionState {
  const client = useRealtimeClient();
  const subscribe = useCallback((changed: () => void) => client.onState(changed), [client]);
  return useSyncExternalStore(
    subscribe,
    () => client.state,
    () => ON_A_SERVER,
  );
}
