import { RealtimeConfigError } from 'nestjs-realtime';
import type { RpcPeer } from '../support/rpc-peer.js';
import type { NodeParts } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { LimitedGateway, NestGateway, PlainGateway, RARELY, WronglyLimitedGateway } from './limited.gateway.js';

const providers = [LimitedGateway, NestGateway, PlainGateway];

/** How many of ten calls are served. */
async function served(peer: RpcPeer, method: string): Promise<number> {
  const responses = await Promise.all(Array.from({ length: 10 }, () => peer.request(method)));
  return responses.filter(({ error }) => error === undefined).length;
}

async function bootFaults(parts: NodeParts): Promise<readonly string[]> {
  try {
    const node = await startNode(parts);
    await node[Symbol.asyncDispose]();
  } catch (error) {
    if (error instanceof RealtimeConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('@RateLimit()', () => {
  it('limits a method, for each session by itself', async () => {
    await using node = await startNode({ providers });
    await using one = await node.connect();
    await using two = await node.connect();
    expect([await served(one, 'limited.once'), await served(two, 'limited.once'), await served(one, 'echo')]).toEqual([1, 1, 10]);
  });

  it('on a class limits each of its methods by itself', async () => {
    await using node = await startNode({ providers });
    await using peer = await node.connect();
    expect([await served(peer, 'limited.twice'), await served(peer, 'limited.twiceToo')]).toEqual([2, 2]);
  });

  it('limits messages of a gateway of Nest as well', async () => {
    await using node = await startNode({ providers });
    await using peer = await node.connect();
    expect(await served(peer, 'nest.once')).toBe(1);
  });

  it('holds beside the limit of the session, which the call pays too', async () => {
    await using node = await startNode({ providers, options: { rate: { session: { capacity: 4, ...RARELY } } } });
    await using peer = await node.connect();
    expect([await served(peer, 'limited.twice'), await served(peer, 'echo'), await served(peer, 'limited.once')]).toEqual([2, 2, 0]);
  });

  it('stops the app if its bucket can never hold what a call costs', async () => {
    expect(await bootFaults({ providers: [WronglyLimitedGateway] })).toEqual([
      expect.stringMatching(/^WronglyLimitedGateway\.never: the rate limit of never must be .*cost: an integer within 1\.\.capacity/),
    ]);
  });
});

describe('rate.methods', () => {
  it('takes the place of the decorator', async () => {
    const methods = { 'limited.once': { capacity: 3, ...RARELY }, 'limited.twice': false } as const;
    await using node = await startNode({ providers, options: { rate: { methods } } });
    await using peer = await node.connect();
    expect([await served(peer, 'limited.once'), await served(peer, 'limited.twice'), await served(peer, 'limited.twiceToo')]).toEqual([
      3, 10, 2,
    ]);
  });

  it("limits the library's own methods by the names that they are served under", async () => {
    const options = { methods: { heartbeat: 'beat' }, rate: { methods: { beat: { capacity: 2, ...RARELY } } } } as const;
    await using node = await startNode({ providers, options });
    await using peer = await node.connect();
    expect(await served(peer, 'beat')).toBe(2);
  });

  it('charges what a call costs to the session', async () => {
    const rate = { session: { capacity: 10, ...RARELY }, methods: { echo: { capacity: 100, ...RARELY, cost: 4 } } };
    await using node = await startNode({ providers, options: { rate } });
    await using peer = await node.connect();
    expect([await served(peer, 'echo'), await served(peer, 'heartbeat')]).toEqual([2, 2]);
  });

  it('lets a method that costs nothing pass all limits', async () => {
    const rate = { session: { capacity: 1, ...RARELY }, address: { capacity: 1, ...RARELY }, methods: { heartbeat: false } } as const;
    await using node = await startNode({ providers, options: { rate } });
    await using peer = await node.connect();
    expect([await served(peer, 'echo'), await served(peer, 'heartbeat')]).toEqual([1, 10]);
  });

  it('stops the app for a name that no path serves', async () => {
    const rate = { methods: { heartbeat: false, 'limited.onec': { capacity: 1, refillPerSec: 1 } } } as const;
    expect(await bootFaults({ providers, options: { rate, methods: { heartbeat: false } } })).toEqual([
      'rate.methods.heartbeat: no path serves a method of this name',
      'rate.methods.limited.onec: no path serves a method of this name',
    ]);
  });

  it('stops the app for a cost that a shared bucket can never hold', async () => {
    const rate = { user: { capacity: 2, refillPerSec: 1 }, methods: { echo: { capacity: 9, refillPerSec: 1, cost: 3 } } };
    expect(await bootFaults({ providers, options: { rate } })).toEqual([
      expect.stringMatching(/^rate\.methods\.echo: the limit must not cost more than rate\.user\.capacity/),
    ]);
  });
});
