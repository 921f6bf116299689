import { RpcGateway } from 'nestjs-realtime';
import type { Session, SessionEnd } from 'nestjs-realtime';
import { Disconnect } from 'nestjs-realtime';
import { RawPeer, frame } from '../delivery/raw-peer.js';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { PeopleGateway } from './people.gateway.js';

const EMPTY = { sessions: { open: 0, closing: 0 }, signedIn: 0, anonymous: 0, byPlatform: {}, users: 0, topics: 0 };

const endsOf = (node: RunningNode): SessionEnd[] => node.app.get(PeopleGateway).ends;
const sessionOf = (node: RunningNode): Session => node.hub.find({ kind: 'all' })[0] as Session;

async function firstEnd(node: RunningNode): Promise<SessionEnd> {
  return eventually(() => {
    const [end] = endsOf(node);
    if (!end) throw new Error('No session has ended');
    return end;
  });
}

describe('the end of a session', () => {
  it.each([1000, 1001, 1011, 3000, 4000, 4500, 4999])('comes at once when the peer closes with %i', async (code) => {
    await using node = await startNode({ providers: [PeopleGateway] });
    await using peer = await node.connect();
    await peer.result('signIn', { userId: 'u' });
    peer.socket.close(code, 'grüße');
    expect(await firstEnd(node)).toEqual({ code, reason: 'grüße', by: 'peer', wasClean: true });
    expect(node.hub.stats()).toMatchObject(EMPTY);
  });

  it('has code 1005 if the peer names none', async () => {
    await using node = await startNode({ providers: [PeopleGateway] });
    await using peer = await node.connect();
    peer.socket.close();
    expect(await firstEnd(node)).toEqual({ code: 1005, reason: '', by: 'peer', wasClean: true });
  });

  it.each(['reset', 'half-closed'] as const)('has code 1006 if the connection is %s without a goodbye', async (how) => {
    await using node = await startNode({ providers: [PeopleGateway] });
    await using peer = await RawPeer.connect(node.port);
    await peer.request('signIn', { userId: 'u' });
    if (how === 'reset') peer.reset();
    else peer.socket.end();
    expect(await firstEnd(node)).toEqual({ code: 1006, reason: '', by: 'peer', wasClean: false });
    expect(node.hub.stats()).toMatchObject(EMPTY);
  });

  it('has our code and reason if we close, and the peer sees the same', async () => {
    await using node = await startNode({ providers: [PeopleGateway] });
    await using peer = await node.connect();
    const session = sessionOf(node);
    session.push('last');
    session.close(Disconnect.of(4567, 'Enough €'));
    expect(session.state).toBe('closing');
    expect(node.hub.stats().sessions).toEqual({ open: 0, closing: 1 });
    expect(await peer.closed).toEqual({ code: 4567, reason: 'Enough €' });
    expect(await firstEnd(node)).toEqual({ code: 4567, reason: 'Enough €', by: 'server', wasClean: true });
    expect([session.state, peer.pushes.map(({ method }) => method)]).toEqual(['closed', ['last']]);
  });

  it('is not changed by what a peer echoes that was sent away', async () => {
    await using node = await startNode({ providers: [PeopleGateway] });
    await using peer = await RawPeer.connect(node.port);
    sessionOf(node).close(Disconnect.Kicked);
    await eventually(() => expect(peer.closeCode).toBe(4500));
    peer.sayGoodbye(1000);
    peer.socket.end();
    expect(await firstEnd(node)).toEqual({ code: 4500, reason: 'Kicked', by: 'server', wasClean: true });
  });

  it.each([
    ['a binary frame', 1003, frame(2, Buffer.from('{}'))],
    ['text that is not UTF-8', 1007, frame(1, Buffer.of(0xc3, 0x28))],
    ['a frame that is too large', 1009, frame(1, Buffer.alloc(65_535, 0x20))],
    ['an unknown opcode', 1002, frame(3, Buffer.alloc(0))],
  ])('is ours if the peer sends %s: code %i', async (_case, code, bytes) => {
    await using node = await startNode({ providers: [PeopleGateway], options: { limits: { frameBytes: 1024 } } });
    await using peer = await RawPeer.connect(node.port);
    const session = sessionOf(node);
    peer.socket.write(bytes);
    await eventually(() => expect(peer.closeCode).toBe(code));
    // Nothing can reach the peer after our close frame, so nothing may be counted as sent.
    expect([session.state, session.push('late'), await node.hub.broadcast('late')]).toEqual(['closing', false, { reached: 0 }]);
    peer.sayGoodbye(code);
    peer.socket.end();
    expect(await firstEnd(node)).toMatchObject({ code, by: 'server' });
  });

  it('begins with the peer’s close frame: nothing is counted as sent to a peer that has said goodbye', async () => {
    await using node = await startNode({ providers: [PeopleGateway] });
    await using peer = await RawPeer.connect(node.port);
    const session = sessionOf(node);
    const call = session.call('ask', undefined, { timeoutMs: 0 }).catch((error: unknown) => error);
    peer.sayGoodbye(1000);
    await eventually(() => expect(peer.closeCode).toBe(1000));
    // The peer keeps its side of the TCP connection open for as long as it likes.
    expect([session.push('late'), await node.hub.broadcast('late'), node.hub.stats().sessions.open]).toEqual([false, { reached: 0 }, 0]);
    expect(await call).toMatchObject({ code: 'CONNECTION_LOST' });
    peer.socket.end();
    expect(await firstEnd(node)).toEqual({ code: 1000, reason: '', by: 'peer', wasClean: true });
  });

  it('is told to all listeners though one throws, and harms nobody', async () => {
    await using node = await startNode({ providers: [PeopleGateway] });
    await using peer = await node.connect();
    await using other = await node.connect();
    const session = node.hub.session((await peer.result('sessionId')) as string) as Session;
    const told: string[] = [];
    session.onClose(() => {
      throw new Error('first');
    });
    session.onClose(() => void told.push('second'));
    peer.socket.close(1000);
    await eventually(() => expect(told).toEqual(['second']));
    expect(await other.result('echo', ['alive'])).toEqual(['alive']);
    expect(node.hub.stats().sessions).toEqual({ open: 1, closing: 0 });
  });

  it('is told while the session still says who it was', async () => {
    await using node = await startNode({ providers: [PeopleGateway] });
    await using peer = await node.connect();
    await peer.result('signIn', { userId: 'alice', platform: 'web' });
    const session = sessionOf(node);
    const told = new Promise((resolve) => session.onClose(() => resolve([session.principal?.userId, session.state])));
    peer.socket.close(1000);
    expect(await told).toEqual(['alice', 'closed']);
  });

  it('does not wait for a hook that takes its time: others come and go meanwhile', async () => {
    @RpcGateway('slow')
    class SlowHooks {
      handleDisconnect(): Promise<void> {
        return new Promise(() => undefined);
      }
    }
    await using node = await startNode({ providers: [PeopleGateway, SlowHooks], options: { drain: { timeoutMs: 100 } } });
    const peers = await Promise.all(Array.from({ length: 5 }, () => node.connect()));
    for (const peer of peers) peer.socket.close(1000);
    await using next = await node.connect();
    expect(await next.result('echo', [1])).toEqual([1]);
    await eventually(() => expect(node.hub.stats().sessions).toEqual({ open: 1, closing: 0 }));
    expect(endsOf(node).length).toBe(5);
  });
});
