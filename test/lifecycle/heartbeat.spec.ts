/** Pings on real sockets: who answers stays, who is gone without a word is found out. */
import { once } from 'node:events';
import type { RealtimeOptions, Session, SessionEnd } from 'nestjs-realtime';
import { Disconnect, RpcGateway } from 'nestjs-realtime';
import { RawPeer, frame } from '../delivery/raw-peer.js';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

const PING = 9;
const PONG = 10;
/** What a machine with other work may add to a time, in ms. The unit test holds the time itself, on a clock of its own. */
const SLACK_MS = 3_000;

@RpcGateway()
class EndsGateway {
  readonly ends: { readonly end: SessionEnd; readonly atMs: number }[] = [];

  handleDisconnect(_session: Session, end: SessionEnd): void {
    this.ends.push({ end, atMs: performance.now() });
  }
}

const start = (heartbeat: RealtimeOptions['heartbeat'], options: RealtimeOptions = {}): Promise<RunningNode> =>
  startNode({ providers: [EndsGateway], options: { writeTimeoutMs: 100, heartbeat, ...options } });

const nextFrame = (peer: RawPeer, opcode: number, after = 0): Promise<number> =>
  eventually(() => {
    const count = peer.frames.filter((received) => received.opcode === opcode).length;
    if (count <= after) throw new Error(`No frame with opcode ${opcode}`);
    return count;
  });

describe('a half-open connection', () => {
  it('is closed with 4001 within pingIntervalMs + pongTimeoutMs, then cut', async () => {
    await using node = await start({ pingIntervalMs: 400, pongTimeoutMs: 200 }, { writeTimeoutMs: 1_000 });
    const startedMs = performance.now();
    await using peer = await RawPeer.connect(node.port);
    await nextFrame(peer, 8);
    expect(performance.now() - startedMs).toBeLessThan(600 + SLACK_MS);
    expect([peer.closeCode, node.hub.stats().sessions]).toEqual([4001, { open: 0, closing: 1 }]);
    // It is no session any more, and its socket goes as well although it never answers.
    await peer.ended;
    await eventually(() => expect(node.hub.stats().sessions).toEqual({ open: 0, closing: 0 }));
    expect(node.app.get(EndsGateway).ends).toMatchObject([
      { end: { code: 4001, reason: 'HeartbeatTimeout', by: 'server', wasClean: false } },
    ]);
  });

  it('is found among connections that answer, and those stay', async () => {
    await using node = await start({ pingIntervalMs: 200, pongTimeoutMs: 200 });
    const peers = await Promise.all(Array.from({ length: 20 }, () => node.connect()));
    await using silent = await RawPeer.connect(node.port);
    await silent.ended;
    // As long again, so that everybody was pinged a few times.
    await using other = await RawPeer.connect(node.port);
    await other.ended;
    expect(node.hub.stats().sessions.open).toBe(20);
    await Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]()));
  });

  it('is not closed while the peer shows life of any kind', async () => {
    await using node = await start({ pingIntervalMs: 100, pongTimeoutMs: 200 });
    const lives: ((peer: RawPeer) => void)[] = [
      (peer) => peer.send({ jsonrpc: '2.0', method: 'no.such.method' }),
      (peer) => peer.socket.write(frame(PONG, Buffer.alloc(0))),
      (peer) => peer.socket.write(frame(PING, Buffer.alloc(0))),
    ];
    await Promise.all(
      lives.map(async (showLife) => {
        await using peer = await RawPeer.connect(node.port);
        for (let pings = 0; pings < 15;) {
          pings = await nextFrame(peer, PING, pings);
          showLife(peer);
        }
        expect(peer.closeCode).toBeUndefined();
      }),
    );
    // The beginning of a frame is no life.
    await using staller = await RawPeer.connect(node.port);
    staller.socket.write(frame(1, Buffer.from('{"jsonrpc":"2.0"}')).subarray(0, 2));
    await staller.ended;
    expect(staller.closeCode).toBe(4001);
  });

  it('stays open if pongTimeoutMs is 0, and nobody is pinged if pingIntervalMs is 0', async () => {
    await using pinging = await start({ pingIntervalMs: 50, pongTimeoutMs: 0 });
    await using silent = await start({ pingIntervalMs: 0, pongTimeoutMs: 50 });
    await using pinged = await RawPeer.connect(pinging.port);
    await using unpinged = await RawPeer.connect(silent.port);
    for (let pings = 0; pings < 10;) pings = await nextFrame(pinged, PING, pings);
    await unpinged.request('heartbeat');
    expect(unpinged.frames.map(({ opcode }) => opcode)).toEqual([1]);
    expect([pinging.hub.stats().sessions.open, silent.hub.stats().sessions.open]).toEqual([1, 1]);
  });
});

describe('pings', () => {
  it('are no later than twice their interval while 200 sessions come and go', async () => {
    const pingIntervalMs = 1_000;
    await using node = await start({ pingIntervalMs, pongTimeoutMs: 5_000 });
    const stayers = await Promise.all(Array.from({ length: 10 }, () => node.connect()));
    const pings = stayers.map(({ socket }) => {
      const times = [performance.now()];
      socket.on('ping', () => times.push(performance.now()));
      return times;
    });
    let turns = 0;
    const endMs = performance.now() + 5 * pingIntervalMs;
    const churn = async (): Promise<void> => {
      while (performance.now() < endMs) {
        await using peer = await RawPeer.connect(node.port);
        await peer.request('heartbeat');
        turns++;
      }
    };
    await Promise.all(Array.from({ length: 200 }, churn));
    for (const times of pings) {
      const gaps = [...times, performance.now()].slice(1).map((ms, index) => ms - (times[index] as number));
      expect(Math.max(...gaps)).toBeLessThan(2 * pingIntervalMs);
      expect(times.length).toBeGreaterThan(4);
    }
    expect(turns).toBeGreaterThan(200);
    await Promise.all(stayers.map((peer) => peer[Symbol.asyncDispose]()));
  });
});

describe('idleTimeoutMs', () => {
  it('closes a peer that answers pings and says nothing, and not one that talks', async () => {
    await using node = await start({ pingIntervalMs: 100, pongTimeoutMs: 5_000, idleTimeoutMs: 500 });
    await using talker = await node.connect();
    const startedMs = performance.now();
    await using quiet = await node.connect();
    let pings = 0;
    quiet.socket.on('ping', () => {
      pings++;
      talker.notify('no.such.method');
    });
    expect(await quiet.closed).toEqual({ code: 4001, reason: 'HeartbeatTimeout' });
    // The heartbeat counts whole milliseconds.
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(499);
    expect(pings).toBeGreaterThan(2);
    expect(node.hub.stats().sessions.open).toBe(1);
    await talker.settled();
  });

  it('is off by default: who answers pings is healthy', async () => {
    await using node = await start({ pingIntervalMs: 30, pongTimeoutMs: 2_000 });
    await using quiet = await node.connect();
    for (let pings = 0; pings < 20; pings++) await once(quiet.socket, 'ping');
    expect(node.hub.stats().sessions.open).toBe(1);
    node.hub.find({ kind: 'all' })[0]?.close(Disconnect.Normal);
    expect((await quiet.closed).code).toBe(1000);
  });
});
