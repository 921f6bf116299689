import { ForbiddenException, HttpException } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import { RawJson, RpcError } from 'nestjs-realtime';
import type { RpcPeer } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { CollectingLogger } from './collecting-logger.js';
import { startConformanceNode } from './conformance-node.js';
import { ThrowingGateway } from './throwing.gateway.js';

const SECRET = 'hunter2';

class QueryFailedError extends Error {
  override readonly name = 'QueryFailedError';
  readonly code = 'ER_ACCESS_DENIED';
  readonly status = 403;
}

/** An error whose parts throw when somebody looks at them. */
class BoobyTrap extends Error {
  override get name(): string {
    throw new Error(SECRET);
  }

  override get message(): string {
    throw new Error(SECRET);
  }
}

const cycle: Record<string, unknown> = { secret: SECRET };
cycle['self'] = cycle;

interface Stage {
  readonly node: RunningNode;
  readonly peer: RpcPeer;
  readonly logger: CollectingLogger;
  readonly gateway: ThrowingGateway;
}

async function onStage(play: (stage: Stage) => Promise<void>): Promise<void> {
  const logger = new CollectingLogger();
  await using node = await startConformanceNode({ providers: [ThrowingGateway], logger });
  await using peer = await node.connect();
  await play({ node, peer, logger, gateway: node.app.get(ThrowingGateway) });
  // Whatever happened, the session and the process live on.
  expect(await peer.result('echo', [1])).toEqual([1]);
}

/** The one error object that is allowed for what nobody may see; its id. */
async function hiddenErrorId({ peer, logger }: Stage, method: string): Promise<string> {
  const seen = peer.frames.length;
  const { error } = await peer.request(method);
  expect(error).toEqual({
    code: -32603,
    reason: 'InternalError',
    message: 'Internal server error',
    data: { errorId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  });
  const { errorId } = error?.data as { errorId: string };
  expect(logger.errors.filter((line) => line.includes(errorId))).toHaveLength(1);
  expect(peer.frames.slice(seen).join()).not.toMatch(/hunter2|QueryFailed|ER_ACCESS|\.ts|at /);
  return errorId;
}

describe('what a handler throws and no peer may see', () => {
  it.each<[string, unknown]>([
    ['an Error', new Error(SECRET)],
    ['an Error with members', new QueryFailedError(SECRET)],
    ['a TypeError of the engine', new TypeError(`Cannot read properties of ${SECRET}`)],
    ['a string', SECRET],
    ['undefined', undefined],
    ['null', null],
    ['a number', 7],
    ['a symbol', Symbol(SECRET)],
    ['a BigInt', 10n],
    ['an object without a prototype', Object.create(null)],
    ['a cycle', cycle],
    ['an object that looks like an error of ours', { code: 1, message: SECRET }],
    ['an object that looks like an HttpException', { status: 403, response: SECRET, message: SECRET }],
    ['an error with a cause', new Error('outer', { cause: new Error(SECRET) })],
    ['an AggregateError', new AggregateError([new Error(SECRET)], SECRET)],
    ['an error whose parts throw', new BoobyTrap()],
    ['an error with a symbol as message', Object.assign(new Error(), { message: Symbol(SECRET) })],
  ])('is %s: -32603 with an id that the log has too [C31 S6]', async (_case, thrown) => {
    await onStage(async (stage) => {
      stage.gateway.thrown = thrown;
      const first = await hiddenErrorId(stage, 'throw.now');
      const second = await hiddenErrorId(stage, 'throw.later');
      expect(first).not.toBe(second);
    });
  });

  it('is in the log with its message and its stack, under the name of the method [C31]', async () => {
    await onStage(async (stage) => {
      stage.gateway.thrown = new QueryFailedError(SECRET);
      const errorId = await hiddenErrorId(stage, 'throw.now');
      const [line] = stage.logger.errors.filter((entry) => entry.includes(errorId));
      expect(line).toContain('throw.now');
      expect(line).toContain(`QueryFailedError: ${SECRET}`);
      expect(line).toContain('hidden-errors.spec.ts');
    });
  });

  it('is in the log also when a notification threw it [C31 N1]', async () => {
    await onStage(async ({ peer, logger, gateway }) => {
      gateway.thrown = new Error(SECRET);
      peer.notify('throw.now');
      await peer.settled();
      expect(logger.errors.filter((line) => line.includes(SECRET))).toHaveLength(1);
      expect(peer.messages).toHaveLength(1);
    });
  });

  it('costs nothing in the log when the client is at fault [C31]', async () => {
    await onStage(async ({ peer, logger, gateway }) => {
      gateway.thrown = new ForbiddenException();
      await peer.request('throw.now');
      await peer.request('no.such.method');
      await peer.request('strict.subtract', {});
      peer.send('{');
      await peer.settled();
      expect(logger.errors).toEqual([]);
    });
  });
});

describe('a reserved code that no row of the table has', () => {
  it.each([-32_000, -32_050, -32_099, -32_100, -32_500, -32_604, -32_699, -32_701, -32_768])(
    '%i leaves as -32603 [C32 S6]',
    async (code) => {
      await onStage(async (stage) => {
        stage.gateway.thrown = new RpcError(code, SECRET);
        await hiddenErrorId(stage, 'throw.now');
      });
    },
  );

  it.each([1.5, Number.NaN, Infinity, '7' as never, null as never])('is no code at all: %p leaves as -32603 [C32 S5]', async (code) => {
    await onStage(async (stage) => {
      stage.gateway.thrown = new RpcError(code, SECRET);
      await hiddenErrorId(stage, 'throw.now');
    });
  });
});

describe('what JSON cannot carry', () => {
  it.each<[string, unknown]>([
    ['a BigInt', 10n],
    ['a BigInt inside', { total: 10n }],
    ['a cycle', cycle],
    [
      'a value whose toJSON throws',
      {
        toJSON: () => {
          throw new Error(SECRET);
        },
      },
    ],
    [
      'a value with a getter that throws',
      {
        get total(): number {
          throw new Error(SECRET);
        },
      },
    ],
  ])('as a result, %s answers -32603 with an id [C31 S1]', async (_case, value) => {
    await onStage(async (stage) => {
      stage.gateway.thrown = value;
      await hiddenErrorId(stage, 'throw.not');
    });
  });

  it.each<[string, unknown]>([
    ['an RpcError', new RpcError(1, SECRET, { data: { total: 10n } })],
    ['an HttpException', new HttpException({ message: SECRET, cycle }, 409)],
    ['a WsException', new WsException({ code: 1, message: SECRET, cycle })],
  ])('in the details of %s answers -32603 with an id [C31 S1]', async (_case, thrown) => {
    await onStage(async (stage) => {
      stage.gateway.thrown = thrown;
      await hiddenErrorId(stage, 'throw.now');
      await hiddenErrorId(stage, 'throw.later');
    });
  });

  it('does not cost the other items of a batch their answers [C31 B7]', async () => {
    await onStage(async ({ peer, gateway }) => {
      gateway.thrown = cycle;
      peer.send('[{"jsonrpc":"2.0","method":"throw.not","id":1},{"jsonrpc":"2.0","method":"echo","params":[2],"id":2}]');
      await peer.settled();
      const [answers] = peer.messages;
      expect(answers).toMatchObject([
        { id: 1, error: { code: -32603 } },
        { id: 2, result: [2] },
      ]);
    });
  });

  it.each<[string, unknown]>([
    ['a function', (): number => 1],
    ['a symbol', Symbol('x')],
    ['a Map', new Map()],
  ])('and would lose, as %s, is an internal error', async (_case, value) => {
    await onStage(async ({ peer, gateway }) => {
      gateway.thrown = value;
      expect(await peer.request('throw.not')).toMatchObject({ error: { code: -32603, reason: 'InternalError' } });
    });
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['NaN', Number.NaN],
  ])('but can leave out, as %s, answers null [S3 C10]', async (_case, value) => {
    await onStage(async ({ peer, gateway }) => {
      gateway.thrown = value;
      expect(await peer.request('throw.not')).toMatchObject({ result: null });
    });
  });

  it('but was written beforehand leaves as it is [S3]', async () => {
    await onStage(async ({ peer, gateway }) => {
      gateway.thrown = RawJson.parse('{"total":12345678901234567890}');
      await peer.request('throw.not', undefined, 'raw');
      expect(peer.frames).toEqual(['{"jsonrpc":"2.0","id":"raw","result":{"total":12345678901234567890}}']);
    });
  });
});
