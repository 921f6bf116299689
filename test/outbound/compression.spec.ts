import zlib from 'node:zlib';
import { jest } from '@jest/globals';
import type { RealtimeOptions, RpcCall } from 'nestjs-realtime';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import { RawPeer, frame } from '../delivery/raw-peer.js';
import { eventually } from '../support/eventually.js';
import { RpcPeer } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { readFrames } from './server-frames.js';
import type { ServerFrame } from './server-frames.js';

const OFFER = 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits';
const TEXT = 1;
/** FIN, RSV1, text; the helper sets FIN itself. */
const COMPRESSED_TEXT = 0x40 | TEXT;

@RpcGateway()
class ProseGateway {
  @RpcMethod()
  prose({ bytes }: { bytes: number }): string {
    return 'lorem ipsum '.repeat(bytes).slice(0, bytes);
  }

  @RpcMethod()
  length({ text }: { text: string }): number {
    return text.length;
  }

  /** Speaks, and says goodbye behind it. */
  @RpcMethod()
  part({ text }: { text: string }, { session }: RpcCall): null {
    session.push('before', { text });
    session.close();
    return null;
  }
}

const start = (options: RealtimeOptions = {}): Promise<RunningNode> =>
  startNode({ providers: [ProseGateway], options: { defaultTopicPolicy: 'allow', compression: true, ...options } });

const raw = (node: RunningNode, ...headers: string[]): Promise<RawPeer> => RawPeer.connect(node.port, '/ws', [], headers);
const framesOf = (peer: RawPeer): ServerFrame[] => readFrames(Buffer.concat(peer.frames.map(({ bytes }) => bytes)));
const prose = (bytes: number): string => 'lorem ipsum '.repeat(bytes).slice(0, bytes);

async function framesAfter(peer: RawPeer, count: number): Promise<ServerFrame[]> {
  await eventually(() => expect(peer.frames.length).toBeGreaterThanOrEqual(count));
  return framesOf(peer);
}

function deflated(text: string): Buffer {
  return zlib.deflateRawSync(text, { finishFlush: zlib.constants.Z_SYNC_FLUSH }).subarray(0, -4);
}

describe('compression', () => {
  afterEach(() => jest.restoreAllMocks());

  it('is off unless it is asked for', async () => {
    await using node = await start({ compression: false });
    await using peer = await RpcPeer.connect(node.url(), { perMessageDeflate: true });
    expect([peer.socket.extensions, await peer.result('prose', { bytes: 5000 })]).toEqual(['', prose(5000)]);
  });

  it('serves clients of all kinds: large and small messages, both ways', async () => {
    await using node = await start({ limits: { frameBytes: 1024 * 1024 } });
    const clients = [
      true,
      { serverMaxWindowBits: 10 },
      { clientMaxWindowBits: 9 },
      { threshold: 0 },
      { serverNoContextTakeover: true },
      false,
    ];
    for (const perMessageDeflate of clients) {
      await using peer = await RpcPeer.connect(node.url(), { perMessageDeflate });
      expect(peer.socket.extensions).toBe(perMessageDeflate === false ? '' : 'permessage-deflate');
      for (const bytes of [1, 1000, 1024, 5000, 70_000, 500_000]) {
        expect(await peer.result('prose', { bytes })).toBe(prose(bytes));
        expect(await peer.result('length', { text: prose(bytes) })).toBe(bytes);
      }
    }
  });

  it('marks what is compressed, leaves the empty block at the end out, and leaves small messages alone', async () => {
    await using node = await start();
    await using peer = await raw(node, OFFER);
    await Promise.all([node.hub.broadcast('small', { text: 'x' }), node.hub.broadcast('large', { text: prose(5000) })]);
    peer.send({ jsonrpc: '2.0', id: 1, method: 'prose', params: { bytes: 3000 } }, { jsonrpc: '2.0', id: 2, method: 'heartbeat' });
    const frames = await framesAfter(peer, 4);
    expect(frames.map(({ compressed }) => compressed)).toEqual([false, true, true, false]);
    expect(JSON.parse(frames[1]?.text ?? '')).toEqual({ jsonrpc: '2.0', method: 'large', params: { text: prose(5000) } });
    expect(JSON.parse(frames[2]?.text ?? '')).toEqual({ jsonrpc: '2.0', id: 1, result: prose(3000) });
    for (const { payload } of frames.slice(1, 3)) expect(payload.subarray(-4)).not.toEqual(Buffer.of(0, 0, 0xff, 0xff));
  });

  it('takes its own defaults for members that are undefined', async () => {
    const compression = { thresholdBytes: undefined, level: undefined, windowBits: undefined } as never;
    await using node = await start({ compression });
    await using peer = await raw(node, OFFER);
    peer.send(
      { jsonrpc: '2.0', id: 1, method: 'prose', params: { bytes: 900 } },
      { jsonrpc: '2.0', id: 2, method: 'prose', params: { bytes: 3000 } },
    );
    expect((await framesAfter(peer, 2)).map(({ compressed }) => compressed)).toEqual([false, true]);
    await using other = await RpcPeer.connect(node.url(), { perMessageDeflate: true });
    expect(other.socket.extensions).toBe('permessage-deflate');
  });

  it('is done once for all receivers of a push, and not at all for those who did not agree to it', async () => {
    await using node = await start();
    const agreed = await Promise.all(Array.from({ length: 20 }, () => raw(node, OFFER)));
    await using plain = await raw(node);
    const deflate = jest.spyOn(zlib, 'deflateRawSync');
    await node.hub.broadcast('n', { text: prose(5000) });
    await node.hub.broadcast('n', { text: prose(6000) });
    await Promise.all(agreed.map((peer) => framesAfter(peer, 2)));
    expect(deflate).toHaveBeenCalledTimes(2);
    for (const peer of agreed)
      expect(framesOf(peer).map(({ text }) => (JSON.parse(text) as { params: { text: string } }).params.text.length)).toEqual([5000, 6000]);
    expect((await framesAfter(plain, 2)).map(({ compressed }) => compressed)).toEqual([false, false]);
    await Promise.all(agreed.map((peer) => peer[Symbol.asyncDispose]()));
  });

  it.each([
    ['permessage-deflate; server_max_window_bits=8', 'zlib cannot do this window'],
    ['permessage-deflate; fast', 'an unknown parameter'],
    ['permessage-deflate; client_max_window_bits=99', 'a window that does not exist'],
    ['x-webkit-deflate-frame', 'another extension'],
  ])('is not agreed on, and nothing else is lost, if the only offer is %s (%s)', async (offer) => {
    await using node = await start();
    await using peer = await raw(node, `Sec-WebSocket-Extensions: ${offer}`);
    await peer.request('prose', { bytes: 5000 });
    expect(framesOf(peer).map(({ compressed }) => compressed)).toEqual([false]);
  });

  it('keeps goodbyes behind what was said before', async () => {
    await using node = await start();
    await using peer = await raw(node, OFFER);
    peer.send({ jsonrpc: '2.0', id: 1, method: 'part', params: { text: prose(20_000) } });
    const frames = await framesAfter(peer, 2);
    expect(frames.map(({ opcode, compressed }) => [opcode, compressed])).toEqual([
      [1, true],
      [8, false],
    ]);
  });

  it('keeps pongs and messages whole and in order', async () => {
    await using node = await start();
    await using peer = await raw(node, OFFER);
    for (let n = 0; n < 50; n++) {
      peer.socket.write(frame(9, Buffer.from(String(n))));
      peer.send({ jsonrpc: '2.0', id: n, method: 'prose', params: { bytes: 5000 } });
    }
    const frames = await framesAfter(peer, 100);
    expect(frames.filter(({ opcode }) => opcode === 10).map(({ text }) => Number(text))).toEqual([...Array(50).keys()]);
    expect(frames.filter(({ opcode }) => opcode === 1).map(({ text }) => (JSON.parse(text) as { id: number }).id)).toEqual([
      ...Array(50).keys(),
    ]);
  });
});

describe('what a peer compresses', () => {
  it('is bounded by limits.frameBytes as it is when decompressed', async () => {
    await using node = await start({ limits: { frameBytes: 2000 } });
    await using peer = await raw(node, OFFER);
    const request = (bytes: number): Buffer =>
      frame(COMPRESSED_TEXT, deflated(JSON.stringify({ jsonrpc: '2.0', id: bytes, method: 'length', params: { text: prose(bytes) } })));
    peer.socket.write(request(1900));
    expect((await peer.response(1900))['result']).toBe(1900);
    peer.socket.write(request(2000));
    await eventually(() => expect(peer.closeCode).toBe(1009));
  });

  it('and cannot be decompressed closes its session with 1007', async () => {
    const ends: unknown[] = [];
    await using node = await start({ observers: [{ sessionClosed: ({ code, by }) => void ends.push([code, by]) }] });
    await using peer = await raw(node, OFFER);
    peer.socket.write(frame(COMPRESSED_TEXT, Buffer.from('this is not deflated at all')));
    await eventually(() => expect(peer.closeCode).toBe(1007));
    peer.socket.end();
    await eventually(() => expect(ends).toEqual([[1007, 'server']]));
  });

  it('without having agreed to it closes its session with 1002', async () => {
    await using node = await start();
    await using peer = await raw(node);
    peer.socket.write(frame(COMPRESSED_TEXT, deflated('{}')));
    await eventually(() => expect(peer.closeCode).toBe(1002));
  });
});
