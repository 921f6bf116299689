/** Pings of a peer cost the server an answer each: what may wait of them is bounded. */
import { RawPeer, frame } from '../delivery/raw-peer.js';
import { startNode } from '../support/start-node.js';

const PING = 9;
const PONG = 10;

const pings = (count: number): Buffer => Buffer.concat(Array.from({ length: count }, () => frame(PING, Buffer.alloc(0))));

describe('a peer', () => {
  it('may send 60 pings in one go, again and again if it takes the answers', async () => {
    await using node = await startNode();
    await using peer = await RawPeer.connect(node.port);
    for (let round = 1; round <= 3; round++) {
      peer.socket.write(pings(60));
      // Answered behind the pongs.
      await peer.request('heartbeat');
      expect(peer.frames.filter(({ opcode }) => opcode === PONG).length).toBe(round * 60);
    }
  });

  it('that sends one more in one go is cut, and nobody else is', async () => {
    await using node = await startNode();
    await using bystander = await node.connect();
    await using peer = await RawPeer.connect(node.port);
    peer.socket.write(pings(61));
    await peer.ended;
    expect(peer.closeCode).toBeUndefined();
    expect(await bystander.request('heartbeat')).toMatchObject({ result: { status: 'ok' } });
  });
});
