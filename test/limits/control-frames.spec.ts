/** Pings and pongs are frames as well: whoever sends more of them than there is need for pays for them. */
import { once } from 'node:events';
import { RawPeer, frame } from '../delivery/raw-peer.js';
import { startNode } from '../support/start-node.js';
import { eventually } from '../support/eventually.js';
import { PlainGateway, RARELY } from './limited.gateway.js';

const PING = 9;
const PONG = 10;

describe.each([
  ['pongs', PONG],
  ['pings', PING],
])('%s that nobody needs', (_name, opcode) => {
  const many = (count: number): Buffer => Buffer.concat(Array.from({ length: count }, () => frame(opcode, Buffer.alloc(0))));
  const rate = { session: { capacity: 5, ...RARELY }, strikes: { capacity: 2, ...RARELY } };
  const heartbeat = { pingIntervalMs: 0 };

  it('are paid for, but for the first one', async () => {
    await using node = await startNode({ providers: [PlainGateway], options: { rate, heartbeat } });
    await using peer = await RawPeer.connect(node.port);
    peer.socket.write(many(5));
    expect(await peer.request('echo', ['a'])).toMatchObject({ result: ['a'] });
    expect(await peer.request('echo', ['b'])).toMatchObject({ error: { code: -32029 } });
  });

  it('end the session with 4029 when its strikes are used up, and no other', async () => {
    await using node = await startNode({ options: { rate, heartbeat } });
    await using bystander = await node.connect();
    await using peer = await RawPeer.connect(node.port);
    peer.socket.write(many(9));
    await eventually(() => expect(peer.closeCode).toBe(4029));
    expect(await bystander.request('heartbeat')).toMatchObject({ result: { status: 'ok' } });
  });

  it('cost nothing where nothing is limited', async () => {
    await using node = await startNode({ options: { heartbeat } });
    await using peer = await RawPeer.connect(node.port);
    peer.socket.write(many(50));
    expect(await peer.request('heartbeat')).toMatchObject({ result: { status: 'ok' } });
  });
});

it("answers to the server's pings are free", async () => {
  const options = { rate: { session: { capacity: 1, ...RARELY } }, heartbeat: { pingIntervalMs: 40, pongTimeoutMs: 10_000 } };
  await using node = await startNode({ providers: [PlainGateway], options });
  await using peer = await node.connect();
  for (let pings = 0; pings < 5; pings++) await once(peer.socket, 'ping');
  expect(await peer.request('echo', ['a'])).toMatchObject({ result: ['a'] });
});
