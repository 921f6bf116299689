/** Handlers and observers that fail in every way there is: the call is answered, nobody else notices, and the process lives. */
import { RpcContext, RpcError, RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { RealtimeObserver } from 'nestjs-realtime';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import { eventually } from '../support/eventually.js';
import type { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';
import type { NodeParts } from '../support/start-node.js';

const SECRET = 'hunter2';

@RpcGateway()
class FaultyGateway {
  @RpcMethod()
  throws(): never {
    throw new Error(SECRET);
  }

  @RpcMethod()
  async rejectsLater(): Promise<never> {
    await new Promise((resolve) => setImmediate(resolve));
    throw new Error(SECRET);
  }

  @RpcMethod('hangs', { timeoutMs: 50 })
  hangs(): Promise<never> {
    return new Promise(() => undefined);
  }

  /** Answers, and leaves a promise behind that rejects when the signal of the call is long done. */
  @RpcMethod('rejectsAfterTimeout', { timeoutMs: 20 })
  async rejectsAfterTimeout(@RpcContext() { signal }: RpcContext): Promise<never> {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    await new Promise((resolve) => setImmediate(resolve));
    throw new Error(SECRET);
  }

  /** Throws where Node would end the process for it. */
  @RpcMethod('listenerThrows', { timeoutMs: 20 })
  listenerThrows(@RpcContext() { signal }: RpcContext): Promise<never> {
    signal.addEventListener('abort', () => {
      throw new Error('thrown by a listener');
    });
    signal.addEventListener('abort', (): unknown => Promise.reject(new Error('rejected by a listener')));
    signal.onabort = () => {
      throw new Error('thrown by onabort');
    };
    return new Promise(() => undefined);
  }

  @RpcMethod()
  bigint(): bigint {
    return 10n;
  }

  @RpcMethod()
  cycle(): object {
    const circle: { self?: object } = {};
    circle.self = circle;
    return circle;
  }

  /** Something like a promise, until it is looked at for the third time. */
  @RpcMethod()
  thenThrows(): object {
    let looks = 0;
    return {
      get then(): undefined {
        if (++looks > 2) throw new Error(SECRET);
        return undefined;
      },
    };
  }

  @RpcMethod()
  throwsRevoked(): never {
    const { proxy, revoke } = Proxy.revocable(new Error(SECRET), {});
    revoke();
    throw proxy;
  }

  @RpcMethod()
  async rejectsTrap(): Promise<never> {
    const fail = (): never => {
      throw new Error(SECRET);
    };
    await Promise.resolve();
    throw new Proxy(new Error(SECRET), { getPrototypeOf: fail, get: fail, has: fail, ownKeys: fail });
  }

  @RpcMethod()
  trapInDetails(): never {
    const fail = (): never => {
      throw new Error('trap');
    };
    throw new RpcError(-32603, 'Internal server error', { reason: 'InternalError', data: new Proxy({}, { has: fail, ownKeys: fail }) });
  }

  @RpcMethod()
  throwsNothing(): never {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- what a careless handler may do
    throw undefined;
  }

  @RpcMethod()
  fine(): string {
    return 'fine';
  }
}

const FAULTS = [
  'throws',
  'rejectsLater',
  'bigint',
  'cycle',
  'thenThrows',
  'throwsRevoked',
  'rejectsTrap',
  'trapInDetails',
  'throwsNothing',
];

/** Runs calls against a node, and makes sure that nobody else noticed anything. */
async function beside(parts: NodeParts, play: (peer: RpcPeer) => Promise<void>): Promise<void> {
  await using node = await startNode({ providers: [FaultyGateway], ...parts });
  await using bystander = await node.connect();
  await using peer = await node.connect();
  await play(peer);
  // The same session goes on, and so do all others.
  for (const one of [peer, bystander]) expect(await one.result('fine')).toBe('fine');
  expect(node.hub.stats().sessions.open).toBe(2);
}

describe('a handler', () => {
  it.each(FAULTS)('that fails answers -32603 with an error id and nothing of its own: %s', async (method) => {
    await beside({}, async (peer) => {
      const response = await peer.request(method);
      expect(response.error).toMatchObject({ code: -32603, reason: 'InternalError', data: { errorId: expect.any(String) } });
      expect(peer.frames.join()).not.toContain(SECRET);
    });
  });

  it.each(FAULTS)('that fails in a notification is not answered: %s', async (method) => {
    await beside({}, async (peer) => {
      peer.notify(method);
      expect(await peer.settled()).toHaveLength(1);
    });
  });

  it.each(['hangs', 'rejectsAfterTimeout'])('that takes too long is answered in its place: %s', async (method) => {
    await beside({}, async (peer) => {
      expect(await peer.request(method)).toMatchObject({ error: { code: -32008, reason: 'Timeout' } });
    });
  });

  it('whose abort listeners throw and reject is answered, and the log has all of it', async () => {
    const logger = new CollectingLogger();
    await beside({ logger }, async (peer) => {
      expect(await peer.request('listenerThrows')).toMatchObject({ error: { code: -32008, reason: 'Timeout' } });
      await eventually(() => {
        for (const what of ['thrown by a listener', 'rejected by a listener', 'thrown by onabort']) {
          expect(logger.errors.filter((line) => line.includes(what))).toHaveLength(1);
        }
      });
    });
  });

  it('that fails is beside others in a batch, which get their answers', async () => {
    await beside({}, async (peer) => {
      peer.send([...FAULTS, 'hangs', 'fine'].map((method, id) => ({ jsonrpc: '2.0', id, method })));
      const answers = await eventually(() => {
        const text = peer.frames.find((frame) => frame.startsWith('['));
        if (text === undefined) throw new Error('No array yet');
        return JSON.parse(text) as readonly { readonly id: number }[];
      });
      expect(answers.map(({ id }) => id).sort((one, other) => one - other)).toEqual(
        Array.from({ length: FAULTS.length + 2 }, (_unused, id) => id),
      );
    });
  });
});

describe('an observer', () => {
  const events = [
    'sessionOpening',
    'sessionOpened',
    'sessionClosed',
    'callStarted',
    'callEnded',
    'frameRejected',
    'handshakeRejected',
    'pushed',
    'fault',
  ] as const satisfies readonly (keyof RealtimeObserver)[];

  const failures: [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error(SECRET);
      },
    ],
    ['rejects', () => Promise.reject(new Error(SECRET))],
    ['never settles', () => new Promise(() => undefined)],
    [
      'returns a thenable that throws',
      () => ({
        then: () => {
          throw new Error(SECRET);
        },
      }),
    ],
  ];

  it.each(failures)('that %s changes nothing, and the next one hears everything', async (_how, fail) => {
    const bad = Object.fromEntries(events.map((event) => [event, fail])) as RealtimeObserver;
    const heard: string[] = [];
    const good = Object.fromEntries(events.map((event) => [event, () => void heard.push(event)])) as RealtimeObserver;
    const logger = new CollectingLogger();
    await beside({ options: { observers: [bad, good] }, logger }, async (peer) => {
      expect(await peer.request('throws')).toMatchObject({ error: { code: -32603 } });
      peer.send('1');
      expect(await peer.request('fine')).toMatchObject({ result: 'fine' });
    });
    expect([...new Set(heard)]).toEqual(expect.arrayContaining(['sessionOpened', 'callStarted', 'callEnded', 'frameRejected', 'fault']));
    expect(logger.errors.filter((line) => line.includes('observer')).length).toBeLessThanOrEqual(1);
  });
});
