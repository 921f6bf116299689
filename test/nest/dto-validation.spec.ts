/** DTO-typed params are validated out of the box. */
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsInt, IsOptional, IsString, MaxLength, Min, ValidateNested } from 'class-validator';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { RpcCall } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';
import type { RunningNode } from '../support/start-node.js';
import type { RpcPeer } from '../support/rpc-peer.js';

class Author {
  @IsString()
  name!: string;

  @IsOptional()
  @IsInt()
  @Min(0)
  age?: number;
}

class Line {
  @IsString()
  @MaxLength(3)
  text!: string;
}

class SendMessage {
  @IsString()
  room!: string;

  @ValidateNested()
  @Type(() => Author)
  author!: Author;

  @IsOptional()
  @ArrayMaxSize(2)
  @ValidateNested({ each: true })
  @Type(() => Line)
  lines?: Line[];
}

class Everything {
  @IsOptional()
  @IsString()
  name?: string;
}

/** A class without rules says nothing about its members. */
class Plain {
  anything?: unknown;
}

class Base {
  @IsString()
  base!: string;
}

class Derived extends Base {
  own?: string;
}

const kindOf = (value: unknown): unknown => (typeof value === 'object' && value !== null ? value.constructor.name : typeof value);

@RpcGateway('dto')
class DtoGateway {
  @RpcMethod()
  whole(@MessageBody() dto: SendMessage): unknown {
    return { kind: kindOf(dto), author: kindOf(dto.author), lines: dto.lines?.map(kindOf) ?? 'none', dto };
  }

  @RpcMethod()
  undecorated(dto: SendMessage, call: RpcCall): unknown {
    return { kind: kindOf(dto), call: kindOf(call) };
  }

  @RpcMethod()
  member(@MessageBody('message') message: Author): unknown {
    return { kind: kindOf(message), message };
  }

  @RpcMethod()
  optional(@MessageBody() dto: Everything): unknown {
    return { kind: kindOf(dto), dto };
  }

  @RpcMethod()
  plain(@MessageBody() dto: Plain): unknown {
    return { kind: kindOf(dto), dto };
  }

  @RpcMethod()
  derived(@MessageBody() dto: Derived): unknown {
    return { kind: kindOf(dto), dto };
  }

  @RpcMethod()
  text(@MessageBody('text') text: string): unknown {
    return { text };
  }

  @RpcMethod()
  list(@MessageBody() list: Line[]): unknown {
    return list;
  }
}

@WebSocketGateway()
class LegacyGateway {
  @SubscribeMessage('legacy.dto')
  send(@MessageBody() dto: Author): unknown {
    return { event: 'legacy.dto', data: { kind: kindOf(dto), dto } };
  }
}

const VALID = { room: 'r', author: { name: 'Ann' } };

describe('a DTO', () => {
  let node: RunningNode;
  let peer: RpcPeer;

  beforeAll(async () => {
    node = await startNode({ providers: [DtoGateway, LegacyGateway] });
    peer = await node.connect();
  });

  afterAll(async () => {
    await peer[Symbol.asyncDispose]();
    await node[Symbol.asyncDispose]();
  });

  it('arrives as an instance of its class, its members too', async () => {
    const params = { ...VALID, lines: [{ text: 'abc' }] };
    expect(await peer.result('dto.whole', params)).toEqual({ kind: 'SendMessage', author: 'Author', lines: ['Line'], dto: params });
  });

  it('loses members that it does not name, also deep inside', async () => {
    const params = { ...VALID, extra: 1, author: { name: 'Ann', role: 'admin' }, constructor: 'x' };
    expect(await peer.result('dto.whole', params)).toMatchObject({ dto: VALID });
    expect(JSON.stringify(await peer.result('dto.whole', params))).not.toMatch(/admin|extra/);
  });

  it('that breaks rules is -32602 with the path and the rules of each', async () => {
    const { error } = await peer.request('dto.whole', { room: 1, author: { age: -1.5 }, lines: [{ text: 'abc' }, { text: 'abcd' }] });
    expect(error).toMatchObject({ code: -32602, reason: 'InvalidParams', message: 'Invalid params' });
    const { errors } = error?.data as { errors: { path: string; constraints: Record<string, string> }[] };
    expect(errors.map(({ path, constraints }) => [path, Object.keys(constraints).sort()])).toEqual([
      ['room', ['isString']],
      ['author.name', ['isString']],
      ['author.age', ['isInt', 'min']],
      ['lines.1.text', ['maxLength']],
    ]);
    expect(errors[0]?.constraints['isString']).toBe('room must be a string');
    expect(Object.keys(error ?? {}).sort()).toEqual(['code', 'data', 'message', 'reason']);
  });

  it('is validated without any decorator too, and the call comes second', async () => {
    expect(await peer.result('dto.undecorated', VALID)).toEqual({ kind: 'SendMessage', call: 'RpcCall' });
    expect((await peer.request('dto.undecorated', {})).error?.code).toBe(-32602);
  });

  it('of one member has the member’s name before its paths', async () => {
    expect(await peer.result('dto.member', { message: { name: 'Ann', x: 1 }, other: 1 })).toEqual({
      kind: 'Author',
      message: { name: 'Ann' },
    });
    const { error } = await peer.request('dto.member', { message: { name: 1 } });
    expect(error?.data).toEqual({ errors: [{ path: 'message.name', constraints: { isString: 'name must be a string' } }] });
  });

  it('by position is refused', async () => {
    for (const params of [['r'], [VALID], []]) {
      const { error } = await peer.request('dto.whole', params);
      expect(error).toMatchObject({ code: -32602, data: { errors: [{ path: '', constraints: expect.any(Object) }] } });
    }
    const { error } = await peer.request('dto.member', { message: [1] });
    expect(error).toMatchObject({ code: -32602, data: { errors: [{ path: 'message', constraints: expect.any(Object) }] } });
  });

  it.each(['text', 5, true, null])('that is %p instead of an object is refused', async (message) => {
    expect((await peer.request('dto.member', { message })).error?.code).toBe(-32602);
  });

  it('that is absent is validated as an empty one', async () => {
    expect((await peer.request('dto.whole')).error).toMatchObject({ code: -32602, data: { errors: expect.any(Array) } });
    expect(await peer.result('dto.optional')).toEqual({ kind: 'Everything', dto: {} });
    expect((await peer.request('dto.member', {})).error).toMatchObject({ code: -32602, data: { errors: [{ path: 'message.name' }] } });
  });

  it('without rules is left alone', async () => {
    expect(await peer.result('dto.plain', { anything: 1, more: 2 })).toEqual({ kind: 'Object', dto: { anything: 1, more: 2 } });
    expect(await peer.result('dto.plain', [1])).toEqual({ kind: 'Array', dto: [1] });
  });

  it('has the rules of its base class', async () => {
    expect((await peer.request('dto.derived', { own: 'x' })).error).toMatchObject({ code: -32602, data: { errors: [{ path: 'base' }] } });
    expect(await peer.result('dto.derived', { base: 'x' })).toEqual({ kind: 'Derived', dto: { base: 'x' } });
  });

  it('is not seen in primitives and arrays, which pass as they came', async () => {
    expect(await peer.result('dto.text', { text: 5 })).toEqual({ text: 5 });
    expect(await peer.result('dto.list', [{ text: 'too long', more: 1 }])).toEqual([{ text: 'too long', more: 1 }]);
  });

  it('of an existing gateway is validated as well', async () => {
    expect(await peer.result('legacy.dto', { name: 'Ann', x: 1 })).toEqual({ kind: 'Author', dto: { name: 'Ann' } });
    expect((await peer.request('legacy.dto', {})).error).toMatchObject({ code: -32602, data: { errors: [{ path: 'name' }] } });
  });

  it('that breaks rules in a notification is not answered', async () => {
    const before = peer.frames.length;
    peer.notify('dto.whole', {});
    await peer.settled();
    expect(peer.frames).toHaveLength(before + 1);
  });
});

describe('validation: false', () => {
  it('passes params as they came', async () => {
    await using node = await startNode({ providers: [DtoGateway], options: { validation: false } });
    await using peer = await node.connect();
    const params = { room: 1, extra: 2, author: {} };
    expect(await peer.result('dto.whole', params)).toEqual({ kind: 'Object', author: 'Object', lines: 'none', dto: params });
    expect(await peer.result('dto.optional', [1])).toEqual({ kind: 'Array', dto: [1] });
  });

  it('of one app is no matter of another in the same process', async () => {
    await using plain = await startNode({ providers: [DtoGateway], options: { validation: false } });
    await using strict = await startNode({ providers: [DtoGateway] });
    await using toPlain = await plain.connect();
    await using toStrict = await strict.connect();
    expect((await toPlain.request('dto.optional', { name: 1 })).error).toBeUndefined();
    expect((await toStrict.request('dto.optional', { name: 1 })).error?.code).toBe(-32602);
    expect((await toPlain.request('dto.optional', { name: 1 })).error).toBeUndefined();
  });
});
