/** Peers that stop taking part: the node does not wait for them longer than it says. */
import { Duplex, Writable } from 'node:stream';
import { jest } from '@jest/globals';
import { Disconnect } from 'nestjs-realtime';
import type { RealtimeOptions, Session, SessionEnd } from 'nestjs-realtime';
import { RawPeer, frame } from '../delivery/raw-peer.js';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { PeopleGateway } from './people.gateway.js';

const EMPTY = { sessions: { open: 0, closing: 0 }, signedIn: 0, anonymous: 0, byPlatform: {}, users: 0, topics: 0 };
const MB = 1024 * 1024;

const start = (options: RealtimeOptions = {}): Promise<RunningNode> =>
  startNode({ providers: [PeopleGateway], options: { writeTimeoutMs: 400, defaultTopicPolicy: 'allow', ...options } });

const sessionOf = (node: RunningNode): Session => node.hub.find({ kind: 'all' })[0] as Session;

async function firstEnd(node: RunningNode): Promise<SessionEnd> {
  return eventually(() => {
    const [end] = node.app.get(PeopleGateway).ends;
    if (!end) throw new Error('No session has ended');
    return end;
  });
}

/** Sends so much to a peer that does not read that some of it cannot leave. */
async function stuff(node: RunningNode, peer: RawPeer): Promise<void> {
  peer.socket.pause();
  const params = { pad: 'x'.repeat(MB) };
  for (let i = 0; i < 24; i++) await node.hub.broadcast('pad', params);
}

const roomy: RealtimeOptions = { outbound: { maxBytes: 64 * MB } };

describe('a peer that never answers our close frame', () => {
  it('is cut after writeTimeoutMs, and the end says that it was not clean', async () => {
    await using node = await start();
    await using peer = await RawPeer.connect(node.port);
    sessionOf(node).close(Disconnect.Kicked);
    expect(await firstEnd(node)).toEqual({ code: 4500, reason: 'Kicked', by: 'server', wasClean: false });
    await peer.ended;
    expect([peer.closeCode, node.hub.stats()]).toMatchObject([4500, EMPTY]);
  });

  it('and does not read either is cut all the same', async () => {
    await using node = await start(roomy);
    await using peer = await RawPeer.connect(node.port);
    await stuff(node, peer);
    sessionOf(node).close();
    expect(node.hub.stats().sessions).toEqual({ open: 0, closing: 1 });
    expect(await firstEnd(node)).toMatchObject({ by: 'server', wasClean: false });
    expect(node.hub.stats()).toMatchObject(EMPTY);
  });

  it('holds up the end of the app no longer than drain.timeoutMs', async () => {
    const node = await start({ writeTimeoutMs: 60_000, drain: { timeoutMs: 100 } });
    await using peer = await RawPeer.connect(node.port);
    await peer.request('echo');
    await node.app.close();
    await peer.ended;
    expect(peer.messages.at(-1)).toMatchObject({ method: 'session.shutdown' });
    expect(peer.closeCode).toBe(1012);
  });
});

describe('a peer that says goodbye', () => {
  afterEach(() => jest.restoreAllMocks());

  it('and keeps its connection open is let go as soon as our close frame has left', async () => {
    await using node = await start({ writeTimeoutMs: 60_000 });
    await using peer = await RawPeer.connect(node.port);
    await peer.request('subscribe', { topics: ['t'] });
    peer.sayGoodbye(1000);
    expect(await firstEnd(node)).toMatchObject({ code: 1000, by: 'peer' });
    expect(node.hub.stats()).toMatchObject(EMPTY);
    await peer.ended;
    expect(peer.closeCode).toBe(1000);
  });

  it('because we did, and keeps its connection open, is let go as soon as its answer is here', async () => {
    await using node = await start({ writeTimeoutMs: 60_000 });
    await using peer = await RawPeer.connect(node.port);
    sessionOf(node).close(Disconnect.Kicked);
    await eventually(() => expect(peer.closeCode).toBe(4500));
    peer.sayGoodbye(4500);
    expect(await firstEnd(node)).toEqual({ code: 4500, reason: 'Kicked', by: 'server', wasClean: true });
    await peer.ended;
  });

  it.each(['first', 'behind us'])(
    '%s leaves nothing that is ended twice: Node would make an error with a stack of each time',
    async (who) => {
      await using node = await start();
      await using peer = await RawPeer.connect(node.port);
      const again: string[] = [];
      for (const prototype of [Writable.prototype, Duplex.prototype as Writable]) {
        const end = prototype.end as (this: Writable, ...args: unknown[]) => Writable;
        jest.spyOn(prototype, 'end').mockImplementation(function (this: Writable, ...args: unknown[]) {
          if (this.writableFinished) again.push(this.constructor.name);
          return end.apply(this, args);
        });
      }
      if (who === 'behind us') {
        sessionOf(node).close(Disconnect.Kicked);
        await eventually(() => expect(peer.closeCode).toBe(4500));
      }
      peer.sayGoodbye(1000);
      expect(await firstEnd(node)).toMatchObject({ wasClean: true });
      await peer.ended;
      expect(again).toEqual([]);
    },
  );

  it('while much is on its way to it, and does not read, is cut after writeTimeoutMs', async () => {
    await using node = await start(roomy);
    await using peer = await RawPeer.connect(node.port);
    await stuff(node, peer);
    peer.sayGoodbye(1000);
    await firstEnd(node);
    expect(node.hub.stats()).toMatchObject(EMPTY);
  });
});

describe('a peer that half-closes its connection', () => {
  it('while much is on its way to it, and does not read, is given up after writeTimeoutMs', async () => {
    await using node = await start(roomy);
    await using peer = await RawPeer.connect(node.port);
    await peer.request('subscribe', { topics: ['t'] });
    await stuff(node, peer);
    peer.socket.end();
    // It will never speak again, so it is no session any more: it must not be counted, pushed to, or kept for ever.
    expect(await firstEnd(node)).toMatchObject({ by: 'peer', wasClean: false });
    expect([await node.hub.pushToTopic('t', 'x'), node.hub.stats()]).toMatchObject([{ reached: 0 }, EMPTY]);
  });

  it('while a call of it runs ends at once', async () => {
    await using node = await start();
    await using peer = await RawPeer.connect(node.port);
    const call = sessionOf(node)
      .call('ask', undefined, { timeoutMs: 0 })
      .catch((error: unknown) => error);
    peer.socket.end();
    expect(await call).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await firstEnd(node)).toEqual({ code: 1006, reason: '', by: 'peer', wasClean: false });
  });
});

describe('a peer that dies', () => {
  const text = frame(1, Buffer.from('{"jsonrpc":"2.0","id":1,"method":"heartbeat"}'));

  it.each([1, 2, 5, 6, 20, text.length - 1])('after %i bytes of a frame ends its session, and nothing of it is handled', async (bytes) => {
    await using node = await start();
    await using peer = await RawPeer.connect(node.port);
    peer.socket.write(text.subarray(0, bytes));
    peer.socket.end();
    expect(await firstEnd(node)).toEqual({ code: 1006, reason: '', by: 'peer', wasClean: false });
    await peer.ended;
    expect([peer.texts, node.hub.stats()]).toMatchObject([[], EMPTY]);
  });

  it('while much is on its way to it harms nobody', async () => {
    // It is to die, not to be given up before.
    await using node = await start({ ...roomy, writeTimeoutMs: 60_000 });
    await using peer = await RawPeer.connect(node.port);
    await stuff(node, peer);
    await using other = await node.connect();
    peer.reset();
    for (let i = 0; i < 10; i++) await node.hub.broadcast('on', { i });
    await other.settled();
    expect(other.pushes.length).toBe(10);
    expect(await firstEnd(node)).toMatchObject({ code: 1006, wasClean: false });
    expect(node.hub.stats().sessions).toEqual({ open: 1, closing: 0 });
  });
});

describe('a peer that floods the node with pings and does not wait for their pongs', () => {
  it('is cut by the node, which says so', async () => {
    await using node = await start();
    await using peer = await RawPeer.connect(node.port);
    const PING = 9;
    peer.socket.write(Buffer.concat(Array.from({ length: 1_000 }, () => frame(PING, Buffer.alloc(0)))));
    expect(await firstEnd(node)).toEqual({ code: 1006, reason: '', by: 'server', wasClean: false });
    await peer.ended;
  });
});
