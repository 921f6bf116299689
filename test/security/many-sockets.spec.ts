/** Five thousand connections from one address: the limit holds, and whoever comes from elsewhere does not notice. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { RpcPeer } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { eventually } from '../support/eventually.js';
import { requestText, UPGRADE_HEADERS } from '../nest/raw-http.js';

const ATTACKERS = 5_000;
const ALLOWED = 50;
/** Sockets that are under way at once, so that the backlog of the listening socket is not what is measured. */
const AT_ONCE = 250;

/** @returns the status of the answer; the connection stays open if it was let in */
async function knock(port: number): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  socket.write(requestText('/ws', UPGRADE_HEADERS));
  const [head] = (await once(socket, 'data')) as [Buffer];
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head.toString('latin1'))?.[1]);
  if (status === 101) open.push(socket);
  else socket.destroy();
  return status;
}

const open: { destroy(): void }[] = [];
const hangUp = (): void => open.splice(0).forEach((socket) => socket.destroy());
afterEach(hangUp);

async function attack(node: RunningNode): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (let done = 0; done < ATTACKERS; done += AT_ONCE) {
    const statuses = await Promise.all(Array.from({ length: AT_ONCE }, () => knock(node.port)));
    for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return counts;
}

it('5,000 sockets from one address get no more than limits.connections.perAddress, and others come in all the while', async () => {
  await using node = await startNode({ options: { limits: { connections: { perAddress: ALLOWED } }, heartbeat: { pingIntervalMs: 0 } } });
  // Another address of the loopback network.
  await using neighbour = await RpcPeer.connect(node.url(), { localAddress: '127.0.0.2' });
  const attacked = attack(node);
  let served = 0;
  for (let round = 0; round < 20; round++) {
    await using other = await RpcPeer.connect(node.url(), { localAddress: '127.0.0.3' });
    await other.result('heartbeat');
    await neighbour.result('heartbeat');
    served++;
  }
  expect(Object.fromEntries(await attacked)).toEqual({ 101: ALLOWED, 429: ATTACKERS - ALLOWED });
  expect(served).toBe(20);
  await eventually(() => expect(node.hub.stats().sessions.open).toBe(ALLOWED + 1));
  // The places come back when the sockets go.
  hangUp();
  await eventually(() => expect(node.hub.stats().sessions.open).toBe(1));
  expect(await knock(node.port)).toBe(101);
  // Nobody there would answer the goodbye of the app.
  hangUp();
}, 60_000);
