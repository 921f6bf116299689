/** Calls that take long, with as many bytes of params as a frame may have: what they keep is bounded, and nothing of it is lost. */
import { Injectable } from '@nestjs/common';
import { RpcMethod } from 'nestjs-realtime';
import type { Principal } from 'nestjs-realtime';
import { RawPeer, textFrame } from '../delivery/raw-peer.js';
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

const frames = (method: string): Buffer[] =>
  Array.from({ length: CALLS }, (_, id) => textFrame({ jsonrpc: '2.0', id, method, params: PARAMS }));

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
