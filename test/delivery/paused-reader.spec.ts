import { fileURLToPath } from 'node:url';
import type { HubStats, SessionEnd } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import { RawPeer } from './raw-peer.js';
import { ServerProcess } from './server-process.js';

const MB = 1024 * 1024;
/** `outbound.maxBytes` of the server: the default. */
const BOUND = MB;
const SLACK = 20 * MB;
const PUSHES = 3000;
const BYTES = 100_000;
/** Pushed in one tick: within the bound of a reader that keeps up. */
const BATCH = 5;

interface ServerState {
  readonly stats: HubStats;
  readonly ends: readonly SessionEnd[];
}

async function subscribed(port: number): Promise<RawPeer> {
  const peer = await RawPeer.connect(port);
  await peer.request('subscribe', { topics: ['t'] });
  return peer;
}

async function stateOf(peer: RawPeer): Promise<ServerState> {
  return (await peer.request('state'))['result'] as ServerState;
}

/**
 * Lets the server push, as fast as the reader reads, and counts what arrives.
 * @returns the highest memory of the server, in bytes
 */
async function pushAll(reader: RawPeer): Promise<number> {
  let peak = 0;
  for (let sent = 0; sent < PUSHES; sent += BATCH) {
    reader.frames.length = 0;
    const { result } = await reader.request('publish', { count: BATCH, bytes: BYTES });
    peak = Math.max(peak, result as number);
    // The reply follows the pushes, so they are all there.
    expect(reader.messages.length).toBe(BATCH + 1);
  }
  return peak;
}

describe('a reader that stops reading while 3,000 pushes of 100 kB go out', () => {
  it.each([1, 10])(
    'costs the process no more than its bound and 20 MB, is closed, and others get every push (%i such readers)',
    async (count) => {
      await using server = await ServerProcess.start(fileURLToPath(new URL('./memory-server.ts', import.meta.url)));
      await using healthy = await subscribed(server.port);
      // What 3,000 such pushes cost without anybody who is slow: garbage that waits for its collection, mostly.
      const usual = await pushAll(healthy);
      const stalled = await Promise.all(Array.from({ length: count }, () => subscribed(server.port)));
      for (const peer of stalled) peer.socket.pause();
      const peak = await pushAll(healthy);
      expect((peak - usual) / MB).toBeLessThanOrEqual((count * BOUND + SLACK) / MB);
      await eventually(async () => {
        const { stats, ends } = await stateOf(healthy);
        expect(stats.sessions).toEqual({ open: 1, closing: 0 });
        expect(ends.map(({ code, by }) => [code, by])).toEqual(stalled.map(() => [4002, 'server']));
      });
      await Promise.all(stalled.map((peer) => peer[Symbol.asyncDispose]()));
    },
    120_000,
  );
});
