import type { Session } from 'nestjs-realtime';
import type { RpcPeer } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { startConformanceNode } from './conformance-node.js';
import { exchange } from './exchange.js';

/** The session of a peer that has just connected. */
async function sessionOf(node: RunningNode, peer: RpcPeer, before: readonly Session[] = []): Promise<Session> {
  await peer.settled();
  const session = node.hub.find({ kind: 'all' }).find((candidate) => !before.includes(candidate));
  if (!session) throw new Error('The peer has no session');
  return session;
}

/** A promise as a value that can be looked at. */
function outcomeOf(promise: Promise<unknown>): { settled: unknown[] } {
  const outcome = { settled: [] as unknown[] };
  promise.then(
    (value) => outcome.settled.push(value),
    (error: unknown) => outcome.settled.push(error),
  );
  return outcome;
}

describe('a call of ours', () => {
  it('is settled by the answer with its id [C17 S8]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const session = await sessionOf(node, peer);
    const call = session.call('ask', { question: 1 });
    const request = await peer.push('ask');
    expect(request).toMatchObject({ jsonrpc: '2.0', method: 'ask', params: { question: 1 } });
    peer.send({ jsonrpc: '2.0', id: request.id, result: { answer: 2 } });
    expect(await call).toEqual({ answer: 2 });
  });

  it('is rejected by an error that the peer answers with [C17]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const call = (await sessionOf(node, peer)).call('ask');
    const outcome = outcomeOf(call);
    const { id } = await peer.push('ask');
    peer.send({ jsonrpc: '2.0', id, error: { code: 7, message: 'No', reason: 'Busy', data: [1] } });
    await expect(call).rejects.toMatchObject({ name: 'PeerError', code: 7, message: 'No', reason: 'Busy', data: [1] });
    expect(outcome.settled).toHaveLength(1);
  });

  it('is settled within a batch of answers too [C17 B5]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const session = await sessionOf(node, peer);
    const calls = [session.call('first'), session.call('second')];
    const ids = [(await peer.push('first')).id, (await peer.push('second')).id];
    const seen = peer.frames.length;
    peer.send(ids.map((id, index) => ({ jsonrpc: '2.0', id, result: index })).reverse());
    expect(await Promise.all(calls)).toEqual([0, 1]);
    expect(peer.frames).toHaveLength(seen);
  });

  it('takes the first answer and ignores the second [C17]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const call = (await sessionOf(node, peer)).call('ask');
    const { id } = await peer.push('ask');
    const answers = ['first', 'second'].map((result) => JSON.stringify({ jsonrpc: '2.0', id, result }));
    expect(await exchange(peer, ...answers)).toEqual([]);
    expect(await call).toBe('first');
  });

  it('is not settled by the answer of another session [C17]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const session = await sessionOf(node, peer);
    await using thief = await node.connect();
    const thiefSession = await sessionOf(node, thief, [session]);
    const outcome = outcomeOf(session.call('ask'));
    const { id } = await peer.push('ask');
    expect(await exchange(thief, JSON.stringify({ jsonrpc: '2.0', id, result: 'stolen' }))).toEqual([]);
    expect(outcome.settled).toEqual([]);
    // Also when the thief has a call with the very same id, both get their own.
    const own = thiefSession.call('ask');
    const { id: ownId } = await thief.push('ask');
    thief.send({ jsonrpc: '2.0', id: ownId, result: 'of the thief' });
    expect(await own).toBe('of the thief');
    expect(outcome.settled).toEqual([]);
    peer.send({ jsonrpc: '2.0', id, result: 'of the peer' });
    await peer.settled();
    expect(outcome.settled).toEqual(['of the peer']);
  });

  it('is not settled by an id of another type [C17 C5]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const outcome = outcomeOf((await sessionOf(node, peer)).call('ask'));
    const { id } = await peer.push('ask');
    const wrong = [String(id), [id], { id }, null, true].map((other) => JSON.stringify({ jsonrpc: '2.0', id: other, result: 'wrong' }));
    expect(await exchange(peer, ...wrong, '{"jsonrpc":"2.0","result":"no id at all"}')).toEqual([]);
    expect(outcome.settled).toEqual([]);
    peer.send({ jsonrpc: '2.0', id, result: 'right' });
    await peer.settled();
    expect(outcome.settled).toEqual(['right']);
  });

  it('that timed out is settled no more, and a late answer changes nothing [C17]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const call = (await sessionOf(node, peer)).call('ask', undefined, { timeoutMs: 1 });
    await expect(call).rejects.toMatchObject({ code: 'CALL_TIMEOUT' });
    const { id } = await peer.push('ask');
    await peer.push('$/cancelRequest');
    expect(await exchange(peer, JSON.stringify({ jsonrpc: '2.0', id, result: 'late' }))).toEqual([]);
  });

  it('may be made while a call of the peer is being served [C17 B7]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const session = await sessionOf(node, peer);
    peer.send({ jsonrpc: '2.0', id: 1, method: 'hold' });
    const call = session.call('ask');
    // The ids of both directions have nothing to do with each other.
    const { id } = await peer.push('ask');
    expect(id).toBe(1);
    peer.send({ jsonrpc: '2.0', id, result: 'done' });
    expect(await call).toBe('done');
  });
});

describe('an answer that nobody waits for', () => {
  it.each([
    '{"jsonrpc":"2.0","id":1,"result":1}',
    '{"jsonrpc":"2.0","id":99,"result":null}',
    '{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request"}}',
    '{"jsonrpc":"2.0","id":"x","error":null}',
    '{"id":1,"result":1}',
    '{"result":1}',
    '{"error":{}}',
    '{"jsonrpc":"2.0","id":{"a":1},"result":1}',
    '{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":"both"}}',
    '{"jsonrpc":"2.0","id":1,"method":"echo","params":[1],"result":1}',
    '{"jsonrpc":"2.0","method":"boom","error":1}',
  ])('%s is not answered and changes nothing [S8 C17]', async (frame) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await exchange(peer, frame, frame, `[${frame},${frame}]`)).toEqual([]);
  });
});
