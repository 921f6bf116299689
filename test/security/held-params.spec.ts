/** Calls that take long, with as many bytes of params as a frame may have: what they keep is bounded, and nothing of it is lost. */
import zlib from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { RpcMethod } from 'nestjs-realtime';
import type { Principal } from 'nestjs-realtime';
import { RawPeer, frame, textFrame } from '../delivery/raw-peer.js';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

const CALLS = 64;
/** 64 KiB that take more than a megabyte when they are parsed. */
const PARAMS = Array.from({ length: 21_500 }, () => ({}));

@Injectable()
class SlowMethods {
  static begun = 0;
  static letGo: () => void = () => undefined;
  private static gate = new Promise<void>((resolve) => (SlowMethods.letGo = resolve));

  @RpcMethod('slow')
  async slow(): Promise<string> {
    SlowMethods.begun++;
    await SlowMethods.gate;
    return 'done';
  }
}

/** Ends each call when a test lets it. */
class NeverEnding {
  static readonly ends: (() => void)[] = [];

  @RpcMethod('held')
  held(): Promise<void> {
    return new Promise((resolve) => NeverEnding.ends.push(resolve));
  }
}

const frames = (method: string): Buffer[] =>
  Array.from({ length: CALLS }, (_, id) => textFrame({ jsonrpc: '2.0', id, method, params: PARAMS }));

const OFFER = 'Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover; server_no_context_takeover';
/** A text whose frame says that it is compressed. @see RFC 7692 §6.1 */
const COMPRESSED_TEXT = 0x41;

const compressed = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, id) => {
    const text = JSON.stringify({ jsonrpc: '2.0', id, method: 'held', params: PARAMS });
    return frame(COMPRESSED_TEXT, zlib.deflateRawSync(text, { finishFlush: zlib.constants.Z_SYNC_FLUSH }).subarray(0, -4));
  });

/** Bytes that the node has read as messages, once nothing more comes. */
async function bytesRead({ hub }: RunningNode, bystander: { settled(): Promise<unknown> }): Promise<number> {
  let before = -1;
  return eventually(async () => {
    for (let round = 0; round < 20; round++) await bystander.settled();
    const now = hub.stats().bytesReceived;
    const isSteady = now - before < 10_000;
    before = now;
    if (!isSteady) throw new Error('Still reading');
    return now;
  });
}

describe('64 calls of 64 KiB each', () => {
  it('that run are read up to limits.inFlightBytes and answered one after another, all of them', async () => {
    await using node = await startNode({ providers: [SlowMethods] });
    await using bystander = await node.connect();
    await using peer = await RawPeer.connect(node.port);
    peer.socket.write(Buffer.concat(frames('slow')));
    await eventually(() => expect(SlowMethods.begun).toBeGreaterThanOrEqual(5));
    expect(await bytesRead(node, bystander)).toBeLessThan(8 * 65_536);
    SlowMethods.letGo();
    await eventually(() => expect(peer.frames).toHaveLength(CALLS));
    expect(peer.messages.every(({ result }) => result === 'done')).toBe(true);
  });

  it('that are compressed to a few hundred bytes each are kept as they came, and few of them are looked at', async () => {
    await using node = await startNode({ providers: [NeverEnding], options: { compression: true } });
    await using bystander = await node.connect();
    await using peer = await RawPeer.connect(node.port, '/ws', [], [OFFER]);
    peer.socket.write(Buffer.concat(compressed(CALLS - 10)));
    await eventually(() => expect(NeverEnding.ends.length).toBeGreaterThanOrEqual(4));
    expect(await bytesRead(node, bystander)).toBeLessThan(8 * 65_536);
    await eventually(() => {
      for (const end of NeverEnding.ends.splice(0)) end();
      expect(peer.frames).toHaveLength(CALLS - 10);
    });
  });

  it('of which more than 4 MiB were compressed into one read end their session with 1008, and no other', async () => {
    await using node = await startNode({ providers: [NeverEnding], options: { compression: true } });
    await using bystander = await node.connect();
    await using peer = await RawPeer.connect(node.port, '/ws', [], [OFFER]);
    peer.socket.write(Buffer.concat(compressed(CALLS + 20)));
    await eventually(() => expect(peer.closeCode).toBe(1008));
    expect(await bystander.request('heartbeat')).toMatchObject({ result: { status: 'ok' } });
    for (const end of NeverEnding.ends.splice(0)) end();
  });

  it('behind a sign-in that takes long, of somebody whom nobody knows yet, are read no further', async () => {
    let signIn: (principal: Principal | null) => void = () => undefined;
    const authenticator = (): Promise<Principal | null> => new Promise((resolve) => (signIn = resolve));
    await using node = await startNode({ options: { auth: { authenticator }, anonymousTimeoutMs: 0 } });
    await using bystander = await node.connect();
    await using peer = await RawPeer.connect(node.port);
    peer.send({ jsonrpc: '2.0', id: 'in', method: 'login', params: { accessToken: 'x' } });
    peer.socket.write(Buffer.concat(frames('heartbeat')));
    expect(await bytesRead(node, bystander)).toBeLessThan(8 * 65_536);
    signIn(null);
    await eventually(() => expect(peer.frames).toHaveLength(CALLS + 1));
  });
});
