import { RawJson } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';
import { eventually } from '../support/eventually.js';
import { RawPeer } from './raw-peer.js';

const RECEIVERS = 8;

/** JSON text of exactly so many bytes in all, as the params of a push that takes `overhead` bytes itself. */
function paddedPush(total: number, pad: string): RawJson {
  const overhead = Buffer.byteLength('{"jsonrpc":"2.0","method":"p","params":[""]}');
  const left = total - overhead;
  const unit = Buffer.byteLength(pad);
  const text = pad.repeat(Math.floor(left / unit)) + 'x'.repeat(left % unit);
  return RawJson.parse(`["${text}"]`);
}

describe('a push to many', () => {
  it.each([
    [125, 'x'],
    [126, 'x'],
    [127, 'é'],
    [65_535, 'x'],
    [65_536, '€'],
    [65_537, '😀'],
    [300_000, '😀'],
  ])('is the same frame at every receiver: %i bytes of %s', async (size, pad) => {
    await using node = await startNode();
    const peers = await Promise.all(Array.from({ length: RECEIVERS }, () => RawPeer.connect(node.port)));
    await eventually(() => expect(node.hub.stats().sessions.open).toBe(RECEIVERS));
    expect(await node.hub.broadcast('p', paddedPush(size, pad))).toEqual({ reached: RECEIVERS });
    await eventually(() => expect(peers.map(({ frames }) => frames.length)).toEqual(peers.map(() => 1)));
    const frames = peers.map(({ frames: [frame] }) => frame);
    expect(frames[0]?.payload.length).toBe(size);
    expect((JSON.parse(frames[0]?.payload.toString('utf8') ?? '') as { method: string }).method).toBe('p');
    for (const frame of frames) expect(frame?.bytes.equals(frames[0]?.bytes ?? Buffer.alloc(0))).toBe(true);
    await Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]()));
  });

  it('is encoded once', async () => {
    await using node = await startNode();
    const peers = await Promise.all(Array.from({ length: RECEIVERS }, () => RawPeer.connect(node.port)));
    await eventually(() => expect(node.hub.stats().sessions.open).toBe(RECEIVERS));
    let encoded = 0;
    const params = { toJSON: () => ({ encoded: ++encoded }) };
    await Promise.all([node.hub.broadcast('p', params), node.hub.broadcast('p', params)]);
    await eventually(() => expect(peers.every(({ frames }) => frames.length === 2)).toBe(true));
    for (const peer of peers) expect(peer.messages.map((message) => message['params'])).toEqual([{ encoded: 1 }, { encoded: 2 }]);
    await Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]()));
  });

  it('of one tick is right also where receivers are owed different frames', async () => {
    await using node = await startNode({ options: { defaultTopicPolicy: 'allow' } });
    const peers = await Promise.all(Array.from({ length: 12 }, () => RawPeer.connect(node.port)));
    const topicsOf = (index: number): string[] => ['a', 'b', 'c'].filter((_topic, bit) => ((index >> bit) & 1) === 1 || index >= 8);
    await Promise.all(peers.map((peer, index) => peer.request('subscribe', { topics: [...topicsOf(index), 'end'] })));
    const sequence = ['a', 'b', 'a', 'c', 'b', 'c', 'a'];
    sequence.forEach((topic, n) => void node.hub.pushToTopic(topic, 'n', { n }));
    // Some have a reply of their own in between.
    peers.filter((_peer, index) => index % 4 === 0).forEach((peer) => peer.send({ jsonrpc: '2.0', id: 'own', method: 'heartbeat' }));
    await node.hub.pushToTopic('end', 'end');
    await eventually(() => expect(peers.every(({ messages }) => messages.some(({ method }) => method === 'end'))).toBe(true));
    for (const [index, peer] of peers.entries()) {
      const expected = sequence.flatMap((topic, n) => (topicsOf(index).includes(topic) ? [n] : []));
      const got = peer.messages.filter(({ method }) => method === 'n').map(({ params }) => (params as { n: number }).n);
      expect([index, got]).toEqual([index, expected]);
    }
    await Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]()));
  });
});
