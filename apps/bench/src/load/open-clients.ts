/** Opens connections that are ready for their first call. */
import type { Dialect } from '../dialects/dialect.js';
import { LoadSocket } from './load-socket.js';
import type { LoadWatch } from './load-watch.js';

/** Where the load goes and how it talks there. */
export interface Target {
  readonly port: number;
  readonly dialect: Dialect;
}

/** Connections that are being opened at once: more would overflow the server's backlog. */
const OPENING_AT_ONCE = 64;

export async function openClient({ port, dialect }: Target, watch: LoadWatch): Promise<LoadSocket> {
  const socket = await LoadSocket.open(port, dialect.path, (error) => watch.fail(error));
  await dialect.greet?.(socket);
  return socket;
}

export async function openClients(target: Target, count: number, watch: LoadWatch): Promise<LoadSocket[]> {
  const clients: LoadSocket[] = [];
  let asked = 0;
  const one = async (): Promise<void> => {
    while (asked < count) {
      asked++;
      clients.push(await openClient(target, watch));
    }
  };
  const all = Promise.all(Array.from({ length: Math.min(OPENING_AT_ONCE, count) }, one));
  await watch.step(`opening ${count} connections`, all, () => `${clients.length} are open`);
  return clients;
}
