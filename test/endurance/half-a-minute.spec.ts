/** Half a minute of peers that come and go in every way there is, and a process that is as it was before. */
import { fileURLToPath } from 'node:url';
import { RawPeer } from '../delivery/raw-peer.js';
import { ServerProcess } from '../delivery/server-process.js';
import { eventually } from '../support/eventually.js';
import type { Holdings } from './endurance-server.js';

const CHURN_MS = 30_000;
const AT_ONCE = 32;
const USERS = 300;
/** What the engine compiles and counts while it runs, and what each session may leave behind of such. */
const ENGINE_BYTES = 2_500_000;
const LEFT_BEHIND_BYTES = 20;

async function live(port: number, index: number): Promise<void> {
  const signedIn = index % 3 === 0 ? [] : [`Authorization: Bearer user-${index % USERS}`];
  await using peer = await RawPeer.connect(port, '/ws', [], signedIn);
  await peer.request('subscribe', { topics: ['all', `own:${index}`] });
  peer.send({ jsonrpc: '2.0', id: 'never', method: 'wait' }, { jsonrpc: '2.0', method: `invented.${index}` });
  if (index % 4 === 0) peer.reset();
  else if (index % 4 === 1) peer.sayGoodbye(1000);
  else if (index % 4 === 2) {
    peer.send({ jsonrpc: '2.0', method: 'leave' });
    await eventually(() => expect(peer.closeCode).toBe(1000));
    peer.sayGoodbye(1000);
  }
  peer.socket.end();
  await peer.ended;
}

async function churn(port: number, isOver: (lived: number) => boolean): Promise<number> {
  let lived = 0;
  const worker = async (): Promise<void> => {
    while (!isOver(lived)) await live(port, lived++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return lived;
}

describe(`${CHURN_MS / 1000} s of connecting and disconnecting`, () => {
  it('leave handles, maps, gauges, series and memory where they were', async () => {
    const server = fileURLToPath(new URL('./endurance-server.ts', import.meta.url));
    await using process = await ServerProcess.start(server, ['--expose-gc']);
    await using witness = await RawPeer.connect(process.port, '/ws', [], ['Authorization: Bearer witness']);
    const ask = async (method: string): Promise<unknown> => {
      const { result } = await witness.request(method);
      // One answer is enough; thousands would make the witness slow.
      witness.frames.length = 0;
      return result;
    };
    const ended = (count: number): Promise<void> => eventually(async () => expect(await ask('endings')).toBe(count), { timeoutMs: 30_000 });
    // Whatever is made once, compiled code above all, is there after some hundreds.
    const early = await churn(process.port, (lived) => lived >= 600);
    await ended(early);
    // The first question has series of its own from now on.
    await ask('holdings');
    const before = (await ask('holdings')) as Holdings;

    const startedMs = performance.now();
    const lived = await churn(process.port, () => performance.now() - startedMs >= CHURN_MS);
    await ended(early + lived);
    expect(lived).toBeGreaterThan(1_000);
    await eventually(
      async () => {
        const { handles, gauges, series, stats, heapBytes } = (await ask('holdings')) as Holdings;
        expect({ handles, gauges, series }).toEqual({ handles: before.handles, gauges: before.gauges, series: before.series });
        const { sessions, signedIn, anonymous, users, topics, byPlatform } = stats;
        expect({ sessions, signedIn, anonymous, users, topics, byPlatform }).toEqual({
          sessions: { open: 1, closing: 0 },
          signedIn: 1,
          anonymous: 0,
          users: 1,
          topics: 0,
          byPlatform: { web: 1 },
        });
        expect(heapBytes - before.heapBytes).toBeLessThan(ENGINE_BYTES + lived * LEFT_BEHIND_BYTES);
      },
      { timeoutMs: 30_000 },
    );
    expect(Object.keys(before.gauges)).not.toEqual([]);
    expect(before.handles['TCPServerWrap']).toBe(1);
  }, 150_000);
});
