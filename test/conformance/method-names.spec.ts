import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';
import { startConformanceNode } from './conformance-node.js';
import { answerTo } from './exchange.js';

/** A provider with one method of this name. */
function providerOf(name: string): new () => object {
  class Provider {
    @RpcMethod(name)
    method(): void {}
  }
  return Provider;
}

const OF_OBJECTS = ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf', '__defineGetter__', 'prototype', 'toJSON', 'then'];

describe('a method', () => {
  it.each(OF_OBJECTS)('%s is as unknown as any other that nobody registered [C20]', async (method) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await peer.request(method)).toMatchObject({ error: { code: -32601, reason: 'MethodNotFound' } });
    expect(await peer.request(`${method}.${method}`)).toMatchObject({ error: { code: -32601 } });
  });

  it('of a gateway without @RpcMethod() is unknown [C20]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    expect(await peer.request('getData')).toMatchObject({ error: { code: -32601 } });
  });

  it('may have the name of a member of objects if an application registers it [C20]', async () => {
    @RpcGateway()
    class Gateway {
      @RpcMethod('constructor')
      construct(): string {
        return 'ours';
      }

      @RpcMethod('__proto__')
      proto(): string {
        return 'ours too';
      }
    }
    await using node = await startNode({ providers: [Gateway] });
    await using peer = await node.connect();
    expect(await peer.result('constructor')).toBe('ours');
    expect(await peer.result('__proto__')).toBe('ours too');
    expect(await peer.request('toString')).toMatchObject({ error: { code: -32601 } });
  });

  it('is found by its exact name: neither case nor white space is overlooked [C20]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    for (const name of ['Echo', ' echo', 'echo ', 'echo\u0000', '\u0435cho']) {
      expect(await peer.request(name)).toMatchObject({ error: { code: -32601 } });
    }
    expect(await answerTo(peer, '{"jsonrpc":"2.0","method":"\\u0065cho","params":[1],"id":1}')).toMatchObject({ result: [1] });
  });

  it('of the protocol that we do not serve is unknown as a request [S6 R3]', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    for (const name of ['rpc.discover', '$/setTrace', '$/cancelRequest', 'notifications/cancelled']) {
      expect(await peer.request(name, { id: 1 })).toMatchObject({ error: { code: -32601 } });
    }
  });
});

describe('an application does not start', () => {
  it.each(['rpc.', 'rpc.discover', 'rpc.on'])('when it registers %s [R3 C18]', async (name) => {
    await expect(startNode({ providers: [providerOf(name)] })).rejects.toThrow(name);
  });

  it.each(['$/', '$/cancelRequest', '$/mine'])('when it registers %s [C18]', async (name) => {
    await expect(startNode({ providers: [providerOf(name)] })).rejects.toThrow(name);
  });

  it('when a prefix makes a name reserved [R3 C18]', async () => {
    @RpcGateway('rpc')
    class Gateway {
      @RpcMethod()
      discover(): void {}
    }
    await expect(startNode({ providers: [Gateway] })).rejects.toThrow('rpc.discover');
  });

  it('when @SubscribeMessage() names a reserved method [R3 C18]', async () => {
    @WebSocketGateway()
    class Gateway {
      @SubscribeMessage('rpc.discover')
      discover(): void {}
    }
    await expect(startNode({ providers: [Gateway] })).rejects.toThrow('rpc.discover');
  });

  it.each([{ heartbeat: 'rpc.heartbeat' }, { subscribe: '$/subscribe' }])(
    'when it renames a method of ours to %j [R3 C18]',
    async (methods) => {
      await expect(startNode({ options: { methods } })).rejects.toThrow(/methods\.(heartbeat|subscribe)/);
    },
  );

  it('when two methods have one name [C19]', async () => {
    await expect(startNode({ providers: [providerOf('twice'), providerOf('twice')] })).rejects.toThrow(/twice/);
  });

  it('when a method has the name of one of ours [C19]', async () => {
    await expect(startNode({ providers: [providerOf('heartbeat')] })).rejects.toThrow(/heartbeat/);
  });
});

describe('an application starts', () => {
  it.each(['rpc', 'rpcs.list', 'my.rpc.method', '$', 'RPC.discover', 'ping/$/x'])('when it registers %s [R3 C18]', async (name) => {
    await using node = await startNode({ providers: [providerOf(name)] });
    await using peer = await node.connect();
    expect(await peer.request(name)).toMatchObject({ result: null });
  });

  it('when two methods have one name at different paths [C19]', async () => {
    @RpcGateway(undefined, { path: '/admin' })
    class Gateway {
      @RpcMethod('twice')
      method(): string {
        return 'admin';
      }
    }
    await using node = await startNode({ providers: [providerOf('twice'), Gateway] });
    await using peer = await node.connect();
    await using admin = await node.connect('/admin');
    expect(await peer.result('twice')).toBeNull();
    expect(await admin.result('twice')).toBe('admin');
  });
});
