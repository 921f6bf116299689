import type { SessionEnd } from 'nestjs-realtime';
import { RpcGateway } from 'nestjs-realtime';
import { RawPeer } from '../delivery/raw-peer.js';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

const KB = 1024;
const MB = 1024 * KB;

@RpcGateway()
class EndsGateway {
  readonly ends: SessionEnd[] = [];

  handleDisconnect(_session: unknown, end: SessionEnd): void {
    this.ends.push(end);
  }
}

const start = (writeTimeoutMs: number): Promise<RunningNode> =>
  startNode({ providers: [EndsGateway], options: { writeTimeoutMs, outbound: { maxBytes: 64 * MB, policy: 'drop-oldest' } } });

async function pushMegabytes({ hub }: RunningNode, count: number): Promise<void> {
  for (let n = 0; n < count * 10; n++) await hub.broadcast('n', { n, pad: 'x'.repeat(100 * KB) });
}

describe('the write timeout', () => {
  it('closes a session whose peer takes nothing, and cuts it if it does not take the close frame either', async () => {
    await using node = await start(200);
    await using slow = await RawPeer.connect(node.port);
    await slow.request('heartbeat');
    slow.socket.pause();
    const startedAtMs = performance.now();
    await pushMegabytes(node, 30);
    await eventually(() =>
      expect(node.app.get(EndsGateway).ends).toEqual([{ code: 4002, reason: 'SlowConsumer', by: 'server', wasClean: false }]),
    );
    expect(performance.now() - startedAtMs).toBeGreaterThan(200);
    expect(node.hub.stats().sessions).toEqual({ open: 0, closing: 0 });
  });

  it('tells a peer why it was closed if it reads again in time', async () => {
    await using node = await start(3_000);
    await using slow = await RawPeer.connect(node.port);
    await slow.request('heartbeat');
    slow.socket.pause();
    await pushMegabytes(node, 15);
    await eventually(() => expect(node.hub.stats().sessions).toEqual({ open: 0, closing: 1 }));
    slow.socket.resume();
    await eventually(() => expect(slow.closeCode).toBe(4002));
  });

  it('leaves a slow but steady reader alone, though one write takes many times the timeout', async () => {
    await using node = await start(2_000);
    await using slow = await RawPeer.connect(node.port);
    await slow.request('heartbeat');
    const { socket } = slow;
    let bytes = 0;
    const all = new Promise<void>((resolve) => {
      // One piece, then a pause: slow, and never still.
      socket.on('data', (piece: Buffer) => {
        bytes += piece.length;
        if (bytes >= 400 * 100 * KB) resolve();
        socket.pause();
        setTimeout(() => socket.resume(), 10);
      });
    });
    const startedAtMs = performance.now();
    await pushMegabytes(node, 40);
    await Promise.race([all, slow.ended]);
    expect(performance.now() - startedAtMs).toBeGreaterThan(4_000);
    expect([bytes >= 400 * 100 * KB, node.hub.stats().sessions.open]).toEqual([true, 1]);
  }, 60_000);

  it('leaves an idle session alone', async () => {
    await using node = await start(20);
    await using idle = await RawPeer.connect(node.port);
    await using slow = await RawPeer.connect(node.port);
    await Promise.all([idle, slow].map((peer) => peer.request('heartbeat')));
    slow.socket.pause();
    for (const session of node.hub.find({ kind: 'all' }).slice(1))
      for (let n = 0; n < 300; n++) session.push('n', { pad: 'x'.repeat(100 * KB) });
    await eventually(() => expect(node.hub.stats().sessions).toEqual({ open: 1, closing: 0 }));
    expect((await idle.request('heartbeat'))['result']).toMatchObject({ status: 'ok' });
  });
});
