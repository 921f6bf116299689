/** Where an application's own ValidationPipe stands around a parameter, the module does not validate it again. */
import { ParseArrayPipe, UsePipes, ValidationPipe } from '@nestjs/common';
import type { ValidationPipeOptions } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import { IsInt, IsOptional, IsString, ValidateBy } from 'class-validator';
import { RpcContext, RpcGateway, RpcMethod, Session } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';
import type { RunningNode } from '../support/start-node.js';

class Post {
  @IsString()
  title!: string;

  @IsInt()
  size!: number;
}

let asked = 0;

class Named {
  @ValidateBy({
    name: 'isFree',
    async: true,
    validator: { validate: () => Promise.resolve(++asked > 0) },
  })
  name!: string;
}

class Grouped {
  @IsOptional({ groups: ['draft'] })
  @IsString({ groups: ['draft'] })
  title?: string;

  @IsOptional({ groups: ['final'] })
  @IsInt({ groups: ['final'] })
  size?: number;
}

@RpcGateway()
class PostGateway {
  @RpcMethod()
  slow(@MessageBody() { name }: Named): string {
    return name;
  }

  @RpcMethod()
  grouped(@MessageBody() value: Grouped): unknown {
    return value;
  }

  @RpcMethod()
  post(@MessageBody() post: Post, @ConnectedSocket() session: Session, @RpcContext() call: RpcContext): unknown {
    return { kind: post.constructor.name, post, session: session instanceof Session, method: call.method };
  }

  @RpcMethod()
  posts(@MessageBody(new ParseArrayPipe({ items: Post })) posts: Post[]): unknown {
    return posts.map((post) => post.constructor.name);
  }

  @RpcMethod()
  text(@MessageBody('text') text: string): string {
    return text;
  }
}

@RpcGateway()
@UsePipes(new ValidationPipe({ transform: true, forbidNonWhitelisted: true, whitelist: true }))
class StrictGateway {
  @RpcMethod('strict.post')
  post(@MessageBody() post: Post): unknown {
    return post;
  }
}

async function withPipe(
  options: ValidationPipeOptions | undefined,
  way: 'useGlobalPipes' | 'APP_PIPE',
  validation = true,
): Promise<RunningNode> {
  const pipe = new ValidationPipe(options);
  return startNode({
    providers: [PostGateway, ...(way === 'APP_PIPE' ? [{ provide: APP_PIPE, useValue: pipe }] : [])],
    options: { validation },
    configure: (app) => {
      if (way === 'useGlobalPipes') app.useGlobalPipes(pipe);
    },
  });
}

describe.each(['useGlobalPipes', 'APP_PIPE'] as const)('a ValidationPipe given with %s', (way) => {
  it.each([
    [undefined, 'Object', ['title', 'size', 'extra']],
    [{ whitelist: true }, 'Object', ['title', 'size']],
    [{ transform: true }, 'Post', ['title', 'size', 'extra']],
    [{ transform: true, whitelist: true }, 'Post', ['title', 'size']],
  ])('and %p is the only judge: the handler gets what it makes of the params', async (options, kind, members) => {
    await using node = await withPipe(options, way);
    await using peer = await node.connect();
    const result = (await peer.result('post', { title: 't', size: 1, extra: 1 })) as { post: object };
    expect(result).toMatchObject({ kind, session: true, method: 'post' });
    expect(Object.keys(result.post)).toEqual(members);
  });

  it('lets no array pass for an object of the class', async () => {
    await using node = await withPipe({ transform: true }, way);
    await using peer = await node.connect();
    for (const params of [[], [{ title: 't', size: 1 }]]) expect((await peer.request('post', params)).error?.code).toBe(-32602);
  });

  it('asks rules that take their time once', async () => {
    asked = 0;
    await using node = await withPipe({ transform: true }, way);
    await using peer = await node.connect();
    expect(await peer.result('slow', { name: 'free' })).toBe('free');
    expect(asked).toBe(1);
  });

  it('skips what its groups skip', async () => {
    await using node = await withPipe({ groups: ['draft'] }, way);
    await using peer = await node.connect();
    expect(await peer.result('grouped', { size: 'x' })).toEqual({ size: 'x' });
    expect((await peer.request('grouped', { title: 1 })).error?.code).toBe(-32602);
  });

  it.each([undefined, { transform: true }])('and %p answers broken rules with -32602 and data.errors', async (options) => {
    await using node = await withPipe(options, way);
    await using peer = await node.connect();
    const { error } = await peer.request('post', { title: 1, size: 'x' });
    expect(error).toMatchObject({ code: -32602, reason: 'InvalidParams' });
    const { errors } = error?.data as { errors: { path: string; constraints: object }[] };
    expect(errors).toHaveLength(2);
    expect(JSON.stringify(errors)).toMatch(/title must be a string/);
    expect(JSON.stringify(errors)).toMatch(/size must be an integer number/);
  });

  it('decides what happens to members that the DTO does not name', async () => {
    await using node = await withPipe({ whitelist: true, forbidNonWhitelisted: true }, way);
    await using peer = await node.connect();
    const { error } = await peer.request('post', { title: 't', size: 1, extra: 1 });
    expect(error?.code).toBe(-32602);
    expect(JSON.stringify(error?.data)).toContain('extra');
  });

  it('works where the validation of the module is off', async () => {
    await using node = await withPipe({ transform: true }, way, false);
    await using peer = await node.connect();
    expect((await peer.request('post', { title: 't' })).error?.code).toBe(-32602);
    expect(await peer.result('post', { title: 't', size: 1 })).toMatchObject({ kind: 'Post' });
  });

  it('answers with an error of its own making', async () => {
    await using node = await withPipe({ exceptionFactory: () => new Error('private details') }, way);
    await using peer = await node.connect();
    const { error } = await peer.request('post', {});
    expect(error).toMatchObject({ code: -32603, data: { errorId: expect.any(String) } });
    expect(JSON.stringify(error)).not.toContain('private details');
  });
});

it('a ValidationPipe of a class alone is asked first', async () => {
  await using node = await startNode({ providers: [StrictGateway] });
  await using peer = await node.connect();
  expect(await peer.result('strict.post', { title: 't', size: 1 })).toEqual({ title: 't', size: 1 });
  const { error } = await peer.request('strict.post', { title: 't', size: 1, extra: 1 });
  expect(JSON.stringify(error?.data)).toContain('extra');
});

it('params by position are validated by a pipe that says what they are', async () => {
  await using node = await startNode({ providers: [PostGateway] });
  await using peer = await node.connect();
  const post = { title: 't', size: 1 };
  expect(await peer.result('posts', [post, post])).toEqual(['Post', 'Post']);
  const { error } = await peer.request('posts', [post, { title: 't', size: 'x' }]);
  expect(error?.code).toBe(-32602);
  expect(JSON.stringify(error?.data)).toContain('size must be an integer number');
});
