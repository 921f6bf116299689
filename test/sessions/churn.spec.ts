/** Whatever clients do, the node's figures return to zero. */
import { Disconnect, RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { RpcCall } from 'nestjs-realtime';
import { RawPeer, frame } from '../delivery/raw-peer.js';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { PeopleGateway } from './people.gateway.js';

const EMPTY = { sessions: { open: 0, closing: 0 }, signedIn: 0, anonymous: 0, byPlatform: {}, users: 0, topics: 0 };

@RpcGateway('end')
class EndGateway {
  @RpcMethod()
  close(_params: unknown, { session }: RpcCall): string {
    session.close(Disconnect.of(4321, 'bye'));
    return 'closed';
  }

  @RpcMethod()
  cut(_params: unknown, { session }: RpcCall): void {
    session.terminate();
  }

  @RpcMethod()
  hang(): Promise<never> {
    return new Promise(() => undefined);
  }
}

type Ending = (peer: RawPeer, node: RunningNode) => unknown;

const request = (method: string, params?: unknown): unknown => ({ jsonrpc: '2.0', id: 'x', method, params });

/** Every way in which a session can end, and some that end it twice. */
const ENDINGS: Readonly<Record<string, Ending>> = {
  'normal close': (peer) => (peer.sayGoodbye(1000), peer.socket.end()),
  'close 4999': (peer) => (peer.sayGoodbye(4999), peer.socket.end()),
  reset: (peer) => peer.reset(),
  'half close': (peer) => peer.socket.end(),
  'half a frame, then reset': (peer) => (peer.socket.write(frame(1, Buffer.from('{"jsonrpc"')).subarray(0, 9)), peer.reset()),
  'half a frame, then half close': (peer) => peer.socket.end(frame(1, Buffer.from('{"jsonrpc"')).subarray(0, 1)),
  'binary frame': (peer) => (peer.socket.write(frame(2, Buffer.of(1))), peer.socket.end()),
  'broken UTF-8': (peer) => (peer.socket.write(frame(1, Buffer.of(0xff))), peer.socket.end()),
  'unmasked frame': (peer) => (peer.socket.write(Buffer.of(0x81, 0x01, 0x7b)), peer.socket.end()),
  'close frame of one byte': (peer) => (peer.socket.write(frame(8, Buffer.of(3))), peer.socket.end()),
  'closed by the server': (peer) => (peer.send(request('end.close')), peer.socket.end()),
  'cut by the server': (peer) => (peer.send(request('end.cut')), peer.socket.end()),
  'close from both sides': (peer) => (peer.send(request('end.close')), peer.sayGoodbye(1000), peer.socket.end()),
  'kick, then reset': async (peer, node) => {
    const { result } = await peer.request('sessionId');
    await node.hub.kick({ kind: 'session', sessionId: result as string }, 'out');
    peer.reset();
  },
  'sign-out, then reset': (peer) => (peer.send(request('signOut')), peer.reset()),
  'reset while calls run': (peer) => (peer.send(request('end.hang'), request('end.hang')), peer.reset()),
  'second user, then half close': (peer) => peer.socket.end(frameOf(request('signIn', { userId: 'second', platform: 'ios' }))),
  'reset while subscribing': (peer) => (peer.send(request('subscribe', { topics: ['a', 'b', 'c'] })), peer.reset()),
};

function frameOf(message: unknown): Buffer {
  return frame(1, Buffer.from(JSON.stringify(message)));
}

describe('the figures of a node', () => {
  it.each(Object.keys(ENDINGS))('are zero again after 30 sessions that end by: %s', async (name) => {
    await using node = await startNode({ providers: [PeopleGateway, EndGateway], options: { defaultTopicPolicy: 'allow' } });
    await Promise.all(Array.from({ length: 30 }, (_unused, index) => liveAndEnd(node, index, ENDINGS[name] as Ending)));
    await eventually(() => expect(node.hub.stats()).toMatchObject(EMPTY));
  });

  it('are zero again after 500 sessions of every kind at once', async () => {
    await using node = await startNode({ providers: [PeopleGateway, EndGateway], options: { defaultTopicPolicy: 'allow' } });
    const endings = Object.values(ENDINGS);
    for (let round = 0; round < 10; round++) {
      await Promise.all(
        Array.from({ length: 50 }, (_unused, index) => liveAndEnd(node, index, endings[(round * 50 + index) % endings.length] as Ending)),
      );
    }
    await eventually(() => expect(node.hub.stats()).toMatchObject(EMPTY));
    const { ends, sessions } = node.app.get(PeopleGateway);
    expect([sessions.length, ends.length, sessions.every(({ state }) => state === 'closed')]).toEqual([500, 500, true]);
    expect(await node.hub.broadcast('nobody hears')).toEqual({ reached: 0 });
  });

  it('know nothing of connections that end before, during or right after their upgrade', async () => {
    await using node = await startNode({ providers: [PeopleGateway], options: { defaultTopicPolicy: 'allow' } });
    for (let round = 0; round < 50; round++) {
      const peer = await RawPeer.connect(node.port, '/ws', [frameOf(request('subscribe', { topics: ['t'] })).subarray(0, round)]);
      if (round % 2 === 0) peer.reset();
      await peer[Symbol.asyncDispose]();
    }
    await eventually(() => expect(node.hub.stats()).toMatchObject(EMPTY));
    const { ends, sessions } = node.app.get(PeopleGateway);
    expect([sessions.length, ends.length]).toEqual([50, 50]);
  });
});

/** A session that signs in (mostly), subscribes (sometimes) and ends. */
async function liveAndEnd(node: RunningNode, index: number, end: Ending): Promise<void> {
  const peer = await RawPeer.connect(node.port);
  if (index % 3 !== 0) await peer.request('signIn', { userId: `u${index % 5}`, ...(index % 2 === 0 ? { platform: 'web' } : {}) });
  if (index % 2 === 0) await peer.request('subscribe', { topics: ['t', `t${index}`] });
  await end(peer, node);
  await peer.ended;
  await peer[Symbol.asyncDispose]();
}
