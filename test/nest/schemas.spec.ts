/** `@MessageBody({ schema })` with three libraries of Standard Schemas. */
import { StandardSchemaValidationPipe, UseInterceptors, UsePipes } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { MessageBody } from '@nestjs/websockets';
import { type } from 'arktype';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import * as v from 'valibot';
import { z } from 'zod';
import { startNode } from '../support/start-node.js';
import type { NodeParts } from '../support/start-node.js';
import type { WireMessage } from '../support/rpc-peer.js';

const zodOrder = z.object({ room: z.string().min(2), lines: z.array(z.object({ count: z.int() })).default([]) });
const valibotOrder = v.object({
  room: v.pipe(v.string(), v.minLength(2)),
  lines: v.optional(v.array(v.object({ count: v.number() })), []),
});
const arkOrder = type({
  room: 'string >= 2',
  lines: type({ count: 'number' })
    .array()
    .default(() => []),
});

/** Counts how often it is asked, and answers later. */
const laterNumber = {
  asked: 0,
  '~standard': {
    version: 1 as const,
    vendor: 'test',
    validate: async (value: unknown) => {
      laterNumber.asked++;
      return typeof value === 'number' ? { value: value + 1 } : { issues: [{ message: 'no number', path: [{ key: 'deep' }, 0] }] };
    },
  },
};

const broken = {
  '~standard': {
    version: 1 as const,
    vendor: 'test',
    validate: () => {
      throw new Error('4711');
    },
  },
};
const many = {
  '~standard': {
    version: 1 as const,
    vendor: 'test',
    validate: () => ({ issues: Array.from({ length: 150 }, (_unused, at) => ({ message: `m${at}` })) }),
  },
};

class Passing implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle();
  }
}

@RpcGateway('order')
class OrderGateway {
  @RpcMethod()
  zod(@MessageBody({ schema: zodOrder }) order: z.infer<typeof zodOrder>): unknown {
    return order;
  }

  @RpcMethod()
  @UseInterceptors(Passing)
  valibot(@MessageBody({ schema: valibotOrder }) order: unknown): unknown {
    return order;
  }

  @RpcMethod()
  arktype(@MessageBody({ schema: arkOrder }) order: unknown): unknown {
    return order;
  }

  @RpcMethod()
  member(@MessageBody('count', { schema: z.coerce.number() }) count: number): unknown {
    return count;
  }

  @RpcMethod()
  later(@MessageBody('count', { schema: laterNumber }) count: number): unknown {
    return count;
  }

  @RpcMethod()
  broken(@MessageBody({ schema: broken }) params: unknown): unknown {
    return params;
  }

  @RpcMethod()
  many(@MessageBody({ schema: many }) params: unknown): unknown {
    return params;
  }

  @RpcMethod()
  optional(@MessageBody({ schema: z.object({ limit: z.number().default(10) }) }) params: unknown): unknown {
    return params;
  }

  @RpcMethod()
  absent(@MessageBody({ schema: z.undefined() }) params: unknown): unknown {
    return params === undefined;
  }
}

const once = z.string().transform(Number);

@RpcGateway('judged')
class JudgedGateway {
  @RpcMethod()
  @UsePipes(new StandardSchemaValidationPipe())
  byMethod(@MessageBody('count', { schema: once }) count: number): unknown {
    return count;
  }

  @RpcMethod()
  byParameter(@MessageBody('count', { schema: once, pipes: [new StandardSchemaValidationPipe()] }) count: number): unknown {
    return count;
  }

  @RpcMethod()
  byNobodyElse(@MessageBody('count', { schema: once }) count: number): unknown {
    return count;
  }
}

async function ask(method: string, params: unknown, parts: NodeParts = { providers: [OrderGateway] }): Promise<WireMessage> {
  await using node = await startNode(parts);
  await using peer = await node.connect();
  return await peer.request(method, params);
}

const errorsOf = ({ error }: WireMessage): unknown => (error?.data as { errors?: unknown } | undefined)?.errors;

describe('a schema of a parameter', () => {
  it.each(['order.zod', 'order.valibot', 'order.arktype'])('%s: gives the handler what the schema makes of the params', async (method) => {
    expect((await ask(method, { room: 'lobby', lines: [{ count: 1 }] })).result).toEqual({ room: 'lobby', lines: [{ count: 1 }] });
    expect((await ask(method, { room: 'lobby' })).result).toEqual({ room: 'lobby', lines: [] });
  });

  it.each(['order.zod', 'order.valibot', 'order.arktype'])(
    '%s: refuses with InvalidParams, the paths and the sentences',
    async (method) => {
      const answer = await ask(method, { room: 'x', lines: [{ count: 1 }, { count: 'many' }] });
      expect(answer.error).toMatchObject({ code: -32602, reason: 'InvalidParams' });
      expect(errorsOf(answer)).toEqual(
        expect.arrayContaining([
          { path: 'room', constraints: { schema: expect.any(String) } },
          { path: 'lines.1.count', constraints: { schema: expect.any(String) } },
        ]),
      );
    },
  );

  it('judges one member, and puts its name before the paths', async () => {
    expect((await ask('order.member', { count: '7' })).result).toBe(7);
    expect(errorsOf(await ask('order.member', { count: 'x' }))).toMatchObject([{ path: 'count' }]);
    expect(errorsOf(await ask('order.later', { count: 'x' }))).toEqual([{ path: 'count.deep.0', constraints: { schema: 'no number' } }]);
  });

  it('is waited for if it answers later, and asked once', async () => {
    laterNumber.asked = 0;
    expect((await ask('order.later', { count: 1 })).result).toBe(2);
    expect(laterNumber.asked).toBe(1);
  });

  it('takes absent params as they are, or for an object without members', async () => {
    expect((await ask('order.absent', undefined)).result).toBe(true);
    expect((await ask('order.optional', undefined)).result).toEqual({ limit: 10 });
    expect(errorsOf(await ask('order.zod', undefined))).toMatchObject([{ path: 'room' }]);
  });

  it('that throws is a fault of the app, of which the peer learns nothing', async () => {
    const { error } = await ask('order.broken', {});
    expect(error).toMatchObject({ code: -32603, data: { errorId: expect.any(String) } });
    expect(JSON.stringify(error)).not.toContain('4711');
  });

  it('lists a hundred broken rules, and counts the others', async () => {
    const { error } = await ask('order.many', {});
    expect(error?.data).toMatchObject({ omitted: 50 });
    expect((error?.data as { errors: unknown[] }).errors).toHaveLength(100);
  });

  it('is left alone where validation is switched off', async () => {
    const parts = { providers: [OrderGateway], options: { validation: false } };
    expect((await ask('order.zod', { room: 1 }, parts)).result).toEqual({ room: 1 });
  });

  it.each(['judged.byMethod', 'judged.byParameter', 'judged.byNobodyElse'])(
    '%s: is asked once, also where a pipe of the app asks it',
    async (method) => {
      expect((await ask(method, { count: '7' }, { providers: [JudgedGateway] })).result).toBe(7);
    },
  );

  it('is asked once where a global pipe asks it', async () => {
    const byToken = { providers: [JudgedGateway, { provide: APP_PIPE, useClass: StandardSchemaValidationPipe }] };
    expect((await ask('judged.byNobodyElse', { count: '7' }, byToken)).result).toBe(7);
    const configure: NodeParts['configure'] = (app) => void app.useGlobalPipes(new StandardSchemaValidationPipe());
    expect((await ask('judged.byNobodyElse', { count: '7' }, { providers: [JudgedGateway], configure })).result).toBe(7);
  });

  it('that is none stops the app, and the fault names the handler', async () => {
    @RpcGateway()
    class Wrong {
      @RpcMethod()
      act(@MessageBody({ schema: { parse: () => 1 } as never }) params: unknown): unknown {
        return params;
      }
    }
    await expect(startNode({ providers: [Wrong] })).rejects.toThrow(/Wrong\.act: the schema of @MessageBody\(\) is no Standard Schema/);
  });
});
