import type { RpcCall, Session } from 'nestjs-realtime';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { RpcPeer, WireMessage } from '../support/rpc-peer.js';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { PeopleGateway } from './people.gateway.js';

@RpcGateway('ask')
class AskingGateway {
  /** Asks the peer while it serves the peer. */
  @RpcMethod()
  back(params: { question: string }, { session, signal }: RpcCall): Promise<unknown> {
    return session.call('question', params, { signal });
  }
}

const providers = [PeopleGateway, AskingGateway];

/** Both ends of a connection. */
class Line implements AsyncDisposable {
  private constructor(
    readonly peer: RpcPeer,
    readonly session: Session,
  ) {}

  static async open(node: RunningNode): Promise<Line> {
    const peer = await node.connect();
    const session = node.hub.session((await peer.result('sessionId')) as string);
    if (!session) throw new Error('The session is not in the hub');
    return new Line(peer, session);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.peer[Symbol.asyncDispose]();
  }
}

/** The nth request that the server sent. */
async function requestOf(peer: RpcPeer, index = 0): Promise<WireMessage> {
  return eventually(() => {
    const found = peer.pushes.filter(({ id }) => id !== undefined)[index];
    if (!found) throw new Error('The server has not asked');
    return found;
  });
}

const reply = (peer: RpcPeer, id: unknown, answer: object): void => peer.send({ jsonrpc: '2.0', id, ...answer });
const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('a call to the peer', () => {
  it('is answered by the peer, also while a call of the peer waits for it', async () => {
    await using node = await startNode({ providers });
    await using line = await Line.open(node);
    const { peer } = line;
    const asked = peer.result('ask.back', { question: 'why?' });
    const request = await requestOf(peer);
    expect(request).toEqual({ jsonrpc: '2.0', id: expect.any(Number), method: 'question', params: { question: 'why?' } });
    reply(peer, request.id, { result: { because: null } });
    expect(await asked).toEqual({ because: null });
  });

  it('fails with what the peer says, and its words are not passed on to anybody else', async () => {
    await using node = await startNode({ providers });
    await using line = await Line.open(node);
    const { peer, session } = line;
    const asked = failure(session.call('question'));
    const served = peer.request('ask.back', { question: 'x' });
    const error = { code: 4711, message: 'secret of the peer', reason: 'Busy', data: [1] };
    reply(peer, (await requestOf(peer, 0)).id, { error });
    reply(peer, (await requestOf(peer, 1)).id, { error });
    expect(await asked).toMatchObject({ name: 'PeerError', ...error });
    const { error: passedOn } = await served;
    expect([passedOn?.code, JSON.stringify(passedOn).includes('secret')]).toEqual([-32603, false]);
  });

  it('times out, tells the peer with $/cancelRequest, and takes no late answer', async () => {
    await using node = await startNode({ providers });
    await using line = await Line.open(node);
    const { peer, session } = line;
    expect(await failure(session.call('question', undefined, { timeoutMs: 10 }))).toMatchObject({ code: 'CALL_TIMEOUT' });
    const { id } = await requestOf(peer);
    expect((await peer.push('$/cancelRequest')).params).toEqual({ id });
    const next = session.call('question');
    reply(peer, id, { result: 'late' });
    reply(peer, (await requestOf(peer, 1)).id, { result: 'in time' });
    expect(await next).toBe('in time');
    expect((await peer.settled()).filter((frame) => frame.includes('"error"'))).toEqual([]);
  });

  it('is given up when its signal fires, and the peer is told', async () => {
    await using node = await startNode({ providers });
    await using line = await Line.open(node);
    const { peer, session } = line;
    const controller = new AbortController();
    const asked = failure(session.call('question', undefined, { signal: controller.signal }));
    const { id } = await requestOf(peer);
    const reason = new Error('changed my mind');
    controller.abort(reason);
    expect(await asked).toBe(reason);
    expect((await peer.push('$/cancelRequest')).params).toEqual({ id });
  });

  it('is taken back with the call that it serves, if it was given its signal', async () => {
    await using node = await startNode({ providers });
    await using line = await Line.open(node);
    const { peer } = line;
    peer.send({ jsonrpc: '2.0', id: 'mine', method: 'ask.back', params: { question: 'x' } });
    const { id } = await requestOf(peer);
    peer.notify('$/cancelRequest', { id: 'mine' });
    expect((await peer.response('mine')).error?.code).toBe(-32800);
    expect((await peer.push('$/cancelRequest')).params).toEqual({ id });
  });

  it('takes the first answer of its own peer only, and answers no answer', async () => {
    await using node = await startNode({ providers });
    await using line = await Line.open(node);
    const { peer: mine, session } = line;
    await using other = await node.connect();
    const asked = session.call('question');
    const { id } = await requestOf(mine);
    reply(other, id, { result: 'foreign' });
    await other.settled();
    for (const wrong of [String(id), null, Number(id) + 1, -1, { id }, [id]]) reply(mine, wrong, { result: 'invented' });
    mine.send({ jsonrpc: '2.0', result: 'without id' });
    mine.send([
      { jsonrpc: '2.0', id, result: 'first' },
      { jsonrpc: '2.0', id, result: 'second' },
    ]);
    reply(mine, id, { error: { code: 1, message: 'third' } });
    expect(await asked).toBe('first');
    for (const peer of [mine, other]) {
      const before = peer.frames.filter((frame) => frame.includes('"error"'));
      expect(before).toEqual([]);
      // The fence is the only answer: none of the answers above was answered.
      expect((await peer.settled()).filter((frame) => frame.includes('"error"'))).toEqual([]);
    }
  });

  it.each([null, 'text', 17, {}, { code: '1', message: 'm' }])('fails if the peer answers with the error %j', async (error) => {
    await using node = await startNode({ providers });
    await using line = await Line.open(node);
    const { peer, session } = line;
    const asked = failure(session.call('question'));
    reply(peer, (await requestOf(peer)).id, { error });
    expect(await asked).toMatchObject({ code: 'BAD_ANSWER' });
    expect(await peer.result('echo', [1])).toEqual([1]);
  });

  it.each(['closes', 'vanishes', 'is kicked'] as const)('fails when the peer %s', async (how) => {
    await using node = await startNode({ providers });
    await using line = await Line.open(node);
    const { peer, session } = line;
    const asked = [session.call('question', undefined, { timeoutMs: 0 }), session.call('question', undefined, { timeoutMs: 0 })].map(
      failure,
    );
    await requestOf(peer, 1);
    if (how === 'closes') peer.socket.close(1000);
    else if (how === 'vanishes') peer.socket.terminate();
    else await node.hub.kick({ kind: 'all' }, 'out');
    for (const error of await Promise.all(asked)) expect(error).toMatchObject({ code: 'CONNECTION_LOST' });
    await eventually(() => expect(session.state).toBe('closed'));
    expect(await failure(session.call('question'))).toMatchObject({ code: 'SESSION_CLOSED' });
  });

  it('is refused beyond 1,024 that wait, and the session works on', async () => {
    await using node = await startNode({ providers, options: { outbound: { maxFrames: 5000 } } });
    await using line = await Line.open(node);
    const { peer, session } = line;
    const asked = Array.from({ length: 1024 }, () => failure(session.call('question', undefined, { timeoutMs: 0 })));
    expect(await failure(session.call('question'))).toMatchObject({ code: 'TOO_MANY_CALLS' });
    for (let i = 0; i < 1024; i++) reply(peer, (await requestOf(peer, i)).id, { result: i });
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 1024 }, (_unused, index) => index));
    expect(await peer.result('echo', ['on'])).toEqual(['on']);
  });
});
