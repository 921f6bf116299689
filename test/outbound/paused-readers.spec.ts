import { fileURLToPath } from 'node:url';
import { RawPeer } from '../delivery/raw-peer.js';
import { ServerProcess } from '../delivery/server-process.js';

const MB = 1024 * 1024;
/** `outbound.maxBytes` of the server: the default. */
const BOUND = MB;
const SLACK = 20 * MB;
const PUSHES = 3000;
const BYTES = 100_000;
/** Pushed in one tick: within the bound of a reader that keeps up. */
const BATCH = 5;
const READERS = 5;
/** From Node 24 on V8 lets its young generation grow further, once, by up to 70 MB, if anything outlives its collections: that is no cost of a reader. */
const YOUNG_GENERATION = ['--max-semi-space-size=16'];

async function subscribed(port: number, topic: string): Promise<RawPeer> {
  const peer = await RawPeer.connect(port);
  await peer.request('subscribe', { topics: [topic] });
  return peer;
}

/** @returns the highest memory of the server while all pushes go out, in bytes */
async function pushAll(reader: RawPeer, topic: string): Promise<number> {
  let peak = 0;
  for (let sent = 0; sent < PUSHES; sent += BATCH) {
    reader.frames.length = 0;
    const { result } = await reader.request('publish', { topic, count: BATCH, bytes: BYTES });
    peak = Math.max(peak, result as number);
    // The reply follows the pushes, so they are all there.
    expect(reader.messages.length).toBe(BATCH + 1);
  }
  return peak;
}

describe('readers that stop reading while 3,000 pushes of 100 kB go out', () => {
  it.each(['drop-newest', 'drop-oldest', 'conflate'])(
    'cost no more than their bound and 20 MB with %s, keep their sessions, and others get every push',
    async (topic) => {
      await using server = await ServerProcess.start(fileURLToPath(new URL('./policy-server.ts', import.meta.url)), YOUNG_GENERATION);
      await using healthy = await subscribed(server.port, topic);
      const usual = await pushAll(healthy, topic);
      const stalled = await Promise.all(Array.from({ length: READERS }, () => subscribed(server.port, topic)));
      for (const peer of stalled) peer.socket.pause();
      const peak = await pushAll(healthy, topic);
      expect((peak - usual) / MB).toBeLessThanOrEqual((READERS * BOUND + SLACK) / MB);
      expect((await healthy.request('state'))['result']).toMatchObject({ open: READERS + 1 });
      await Promise.all(stalled.map((peer) => peer[Symbol.asyncDispose]()));
    },
    120_000,
  );
});
