/** A process that is told to end, as thousands of clients see it. */
import { fileURLToPath } from 'node:url';
import { RawPeer } from '../delivery/raw-peer.js';
import { ServerProcess } from '../delivery/server-process.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { eventually } from '../support/eventually.js';

const CLIENTS = 2_000;
const PUSHES = 20;
const WINDOW_MS = 10_000;

const start = (): Promise<ServerProcess> => ServerProcess.start(fileURLToPath(new URL('./drain-server.ts', import.meta.url)));
const urlOf = ({ port }: ServerProcess): string => `ws://127.0.0.1:${port}/ws`;

async function connectMany(server: ServerProcess, count: number): Promise<RpcPeer[]> {
  const peers: RpcPeer[] = [];
  while (peers.length < count) {
    const wave = Array.from({ length: Math.min(100, count - peers.length) }, () => RpcPeer.connect(urlOf(server)));
    peers.push(...(await Promise.all(wave)));
  }
  return peers;
}

const advised = (peer: RpcPeer): number =>
  (peer.pushes.find(({ method }) => method === 'session.shutdown')?.params as { reconnectAfterMs: number }).reconnectAfterMs;

describe(`SIGTERM with ${CLIENTS} clients`, () => {
  it('lets every one see its queued data, its answers and 1012, none 1006, and spreads their return', async () => {
    await using server = await start();
    const peers = await connectMany(server, CLIENTS);
    const [first] = peers as [RpcPeer];
    expect(await first.result('sessions')).toBe(CLIENTS);
    // Every tenth has a call in flight.
    const active = peers.filter((_peer, index) => index % 10 === 0);
    for (const peer of active) peer.send({ jsonrpc: '2.0', id: 'slow', method: 'wait' });
    await Promise.all(active.map((peer) => peer.settled()));
    first.notify('end', { pushes: PUSHES });
    const ends = await Promise.all(peers.map(({ closed }) => closed));
    expect(await server.ended).toEqual({ code: 0, signal: null });

    const codes = new Map<number, number>();
    for (const { code } of ends) codes.set(code, (codes.get(code) ?? 0) + 1);
    expect([...codes]).toEqual([[1012, CLIENTS]]);
    const incomplete = peers.filter(
      ({ pushes }) => pushes.length !== PUSHES + 1 || pushes.some(({ params }, n) => n < PUSHES && (params as { n: number }).n !== n),
    );
    expect(incomplete.length).toBe(0);
    const answers = active.map((peer) => peer.messages.find(({ id }) => id === 'slow')?.result);
    expect(answers).toEqual(Array(active.length).fill('worth the wait'));

    const tenths = Array<number>(10).fill(0);
    const delays = peers.map(advised);
    for (const ms of delays) tenths[Math.floor((ms * 10) / WINDOW_MS)]!++;
    expect(Math.max(...tenths)).toBeLessThanOrEqual((2 * CLIENTS) / 10);
    // Not by age: of the oldest tenth some come back early and some late.
    const oldest = delays.slice(0, CLIENTS / 10);
    expect([Math.min(...oldest) < WINDOW_MS / 4, Math.max(...oldest) > (WINDOW_MS * 3) / 4]).toEqual([true, true]);
  }, 60_000);
});

describe('a process that has been told to end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('ends at once when it is told again by %s, and its clients see 1012', async (second) => {
    await using server = await start();
    await using waiting = await RpcPeer.connect(urlOf(server));
    await using deaf = await RawPeer.connect(server.port);
    waiting.send({ jsonrpc: '2.0', id: 1, method: 'hang' });
    await waiting.settled();
    server.kill('SIGTERM');
    await waiting.push('session.shutdown');
    await eventually(() => expect(deaf.closeCode).toBe(1012));
    const askedMs = performance.now();
    server.kill(second);
    expect(await server.ended).toEqual({ code: 0, signal: null });
    // Not after drain.timeoutMs, which is a minute.
    expect(performance.now() - askedMs).toBeLessThan(15_000);
    expect((await waiting.closed).code).toBe(1012);
    expect((await waiting.response(1)).error?.code).toBe(-32053);
  });
});
