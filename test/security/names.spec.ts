/** Names that every object has are names like any other: as methods, topics, users, platforms and members of params. */
import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import { RpcGateway, RpcMethod, Session } from 'nestjs-realtime';
import { IsOptional, IsString } from 'class-validator';
import { startNode } from '../support/start-node.js';

const INHERITED = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__', 'prototype'];

class SettingsDto {
  @IsOptional()
  @IsString()
  readonly colour?: string;
}

@RpcGateway()
class NamesGateway {
  /** What careless applications do with params. */
  @RpcMethod()
  merge(@MessageBody() params: object): object {
    return { ...Object.assign({}, params) };
  }

  @RpcMethod()
  settings(@MessageBody() dto: SettingsDto): object {
    return { own: Object.keys(dto), isPlain: Object.getPrototypeOf(dto) === SettingsDto.prototype };
  }

  @RpcMethod()
  async enter(@MessageBody() { userId }: { userId: string }, @ConnectedSocket() session: Session): Promise<object> {
    await session.login({ userId });
    return { userId: session.principal?.userId };
  }
}

/** As own members: written as JSON text, so that `__proto__` is one. */
const POLLUTING = [
  '{"constructor":{"prototype":{"polluted":1}}}',
  '{"prototype":{"polluted":1}}',
  '{"a":{"constructor":{"prototype":{"polluted":1}}}}',
  '{"__proto__":{"polluted":1}}',
  '{"colour":"red","__proto__":{"polluted":1}}',
  '[{"__proto__":{"polluted":1}}]',
];

function expectClean(): void {
  for (const subject of [{}, [], () => 0, new Map(), 'text']) expect((subject as { polluted?: unknown }).polluted).toBeUndefined();
}

describe('params', () => {
  it.each(POLLUTING)('%s reach no prototype', async (params) => {
    await using node = await startNode({ providers: [NamesGateway] });
    await using peer = await node.connect();
    for (const method of ['merge', 'settings', 'heartbeat', 'subscribe', 'unsubscribe', 'nobody']) {
      peer.send(`{"jsonrpc":"2.0","id":"${method}","method":"${method}","params":${params}}`);
      await peer.response(method);
    }
    expectClean();
  });

  it('keep their class, whatever members they name', async () => {
    await using node = await startNode({ providers: [NamesGateway] });
    await using peer = await node.connect();
    peer.send('{"jsonrpc":"2.0","id":1,"method":"settings","params":{"colour":"red","constructor":{"name":"Evil"}}}');
    const { result, error } = await peer.response(1);
    // Either way is sound: the member is dropped, or the params are refused.
    expect(error?.code ?? result).toEqual(error ? -32602 : { own: ['colour'], isPlain: true });
  });
});

describe.each(INHERITED)('the name %s', (name) => {
  it('is an unknown method, a topic and a user like any other', async () => {
    await using node = await startNode({ providers: [NamesGateway], options: { defaultTopicPolicy: 'allow' } });
    await using peer = await node.connect();
    expect(await peer.request(name, [])).toMatchObject({ error: { code: -32601 } });
    expect(await peer.result('enter', { userId: name })).toEqual({ userId: name });
    expect(node.hub.sessionsOfUser(name)).toHaveLength(1);
    expect(await peer.result('subscribe', { topics: [name] })).toEqual({ subscribed: [name] });
    expect(await node.hub.pushToTopic(name, 'news', [name])).toEqual({ reached: 1 });
    expect(await peer.push('news')).toMatchObject({ params: [name], topic: name });
    expect(await peer.result('unsubscribe', { topics: [name] })).toEqual({ unsubscribed: [name] });
    expect(node.hub.sessionsOfTopic(name)).toHaveLength(0);
    expectClean();
  });
});
