/** What an app is told at boot when its options or its methods cannot be served. */
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { RealtimeConfigError, RealtimeModule, RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { RealtimeOptions } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';
import { bootError, bootFaults } from './boot.js';
import { EchoGateway } from './echo.gateway.js';

/** What a JavaScript user or a config file may hand over, whatever the types say. */
const wrong = (options: Record<string, unknown>): RealtimeOptions => options;

describe('options', () => {
  it('are refused together, each named with its place and its value', async () => {
    const faults = await bootFaults({
      options: wrong({
        path: 'ws',
        port: 70_000,
        limits: { frameBytes: 0, inFlight: 1.5, unheard: 1 },
        outbound: { maxBytes: '1mb', policy: 'drop-everything' },
        validation: 'yes',
        methods: { heartbeat: 'rpc.ping', presences: 'x' },
        defaultTopicPolicy: 'perhaps',
        platforms: [],
        drain: { windowMs: -1 },
        writeTimeoutMs: 2 ** 40,
        colour: 'blue',
      }),
    });
    const inOptions = ['path', 'port', 'validation', 'methods.heartbeat', 'methods.presences', 'defaultTopicPolicy', 'platforms', 'colour'];
    const inRooms = ['limits.frameBytes', 'limits.inFlight', 'limits.unheard', 'outbound.maxBytes', 'outbound.policy'];
    const named = [...inOptions, ...inRooms, 'drain.windowMs', 'writeTimeoutMs'];
    expect(faults.map((fault) => fault.split(' ', 1)[0]).sort()).toEqual(named.sort());
    expect(faults.find((fault) => fault.startsWith('port'))).toContain('got 70000');
  });

  it('carry every fault in the message too, with a stable code', async () => {
    const error = await bootError({ options: wrong({ path: 'ws', colour: 'blue' }) });
    expect(error).toBeInstanceOf(RealtimeConfigError);
    expect(error).toMatchObject({ code: 'REALTIME_CONFIG', message: expect.stringMatching(/path.*\n.*colour/) });
  });

  it.each([
    ['null', null],
    ['an array', []],
    ['a number', 3],
  ])('that come from a factory as %s are refused by name', async (_what, value) => {
    class AppModule {}
    Module({ imports: [RealtimeModule.forRootAsync({ useFactory: () => value as unknown as RealtimeOptions })] })(AppModule);
    await expect(NestFactory.create(AppModule, { logger: false, abortOnError: false })).rejects.toThrow(/options must be an object/);
  });

  it('that are undefined count as left out', async () => {
    const limits = { inFlight: undefined, jsonDepth: undefined } as never;
    await using node = await startNode({ providers: [EchoGateway], options: { path: undefined, limits, methods: undefined } });
    await using peer = await node.connect('/ws');
    expect(await peer.result('echo', [1])).toEqual([1]);
  });
});

describe('method names', () => {
  it('of the library are refused, each with the place where it is written', async () => {
    @RpcGateway()
    class Reserved {
      @RpcMethod('rpc.discover')
      discover(): void {}

      @RpcMethod('$/progress')
      progress(): void {}

      @RpcMethod('notifications/cancelled')
      cancelled(): void {}
    }
    @RpcGateway('rpc')
    class ReservedPrefix {
      @RpcMethod()
      send(): void {}
    }
    @WebSocketGateway()
    class Legacy {
      @SubscribeMessage('rpc.legacy')
      legacy(): void {}
    }
    const faults = await bootFaults({ providers: [Reserved, ReservedPrefix, Legacy] });
    expect(faults).toHaveLength(5);
    for (const name of ['Reserved.discover', 'Reserved.progress', 'Reserved.cancelled', 'ReservedPrefix.send', 'Legacy.legacy']) {
      expect(faults.filter((fault) => fault.includes(name))).toHaveLength(1);
    }
  });

  it.each(['rpc', 'rpcs.list', '$', '$x', 'RPC.x', 'a.rpc.b'])('such as %s are free', async (name) => {
    class Free {
      serve(): string {
        return name;
      }
    }
    RpcMethod(name)(Free.prototype, 'serve', Object.getOwnPropertyDescriptor(Free.prototype, 'serve') as PropertyDescriptor);
    await using node = await startNode({ providers: [Free] });
    await using peer = await node.connect();
    expect(await peer.result(name)).toBe(name);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'such as %s are unknown unless somebody serves them',
    async (name) => {
      await using node = await startNode({ providers: [EchoGateway] });
      await using peer = await node.connect();
      expect((await peer.request(name)).error).toMatchObject({ code: -32601, reason: 'MethodNotFound' });
    },
  );

  it('that two providers claim are refused with both places', async () => {
    @Injectable()
    class First {
      @RpcMethod('chat.send')
      send(): void {}
    }
    @RpcGateway('chat')
    class Second {
      @RpcMethod('send')
      transmit(): void {}
    }
    const faults = await bootFaults({ providers: [First, Second] });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/First\.send/);
    expect(faults[0]).toMatch(/Second\.transmit/);
    expect(faults[0]).toMatch(/chat\.send/);
  });

  it('that a provider and a gateway of Nest claim are refused with both places', async () => {
    @WebSocketGateway()
    class Legacy {
      @SubscribeMessage('echo')
      answer(): void {}
    }
    const faults = await bootFaults({ providers: [EchoGateway, Legacy] });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/EchoGateway\.echo/);
    expect(faults[0]).toMatch(/Legacy\.answer/);
  });

  it('may be the same at two paths', async () => {
    @RpcGateway(undefined, { path: '/other' })
    class Other {
      @RpcMethod()
      echo(): string {
        return 'other';
      }
    }
    await using node = await startNode({ providers: [EchoGateway, Other] });
    await using here = await node.connect('/ws');
    await using there = await node.connect('/other');
    expect(await here.result('echo', ['here'])).toEqual(['here']);
    expect(await there.result('echo', ['here'])).toBe('other');
  });

  it('that collide with a method of the library are refused with both places, once for each collision', async () => {
    @Controller()
    class Health {
      @Get()
      @RpcMethod('heartbeat')
      beat(): void {}
    }
    const faults = await bootFaults({ controllers: [Health] });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/Health\.beat/);
    expect(faults[0]).toMatch(/heartbeat/);
  });

  it('come with every fault of the same boot', async () => {
    @RpcGateway('admin', { path: '/:' })
    class BadPath {
      @RpcMethod()
      a(): void {}
    }
    @Injectable()
    class BadTimeout {
      @RpcMethod('b', { timeoutMs: -5 })
      b(): void {}

      @RpcMethod('rpc.c')
      c(): void {}
    }
    const faults = await bootFaults({ providers: [BadPath, BadTimeout] });
    expect(faults).toHaveLength(3);
    expect(faults.join('\n')).toMatch(/BadPath\.a.*path/);
    expect(faults.join('\n')).toMatch(/BadTimeout\.b.*timeoutMs/);
    expect(faults.join('\n')).toMatch(/BadTimeout\.c.*rpc\.c/);
  });
});

describe('the methods of the library', () => {
  it('can be renamed', async () => {
    await using node = await startNode({ providers: [EchoGateway], options: { methods: { heartbeat: 'sys.ping', subscribe: 'join' } } });
    await using peer = await node.connect();
    expect(await peer.result('sys.ping')).toMatchObject({ status: 'ok' });
    expect((await peer.request('heartbeat')).error?.code).toBe(-32601);
    expect((await peer.request('join', { topics: [] })).error?.code).toBe(-32602);
    expect((await peer.request('subscribe')).error?.code).toBe(-32601);
    expect(await peer.result('unsubscribe', { topics: ['a'] })).toEqual({ unsubscribed: ['a'] });
  });

  it('can be switched off', async () => {
    await using node = await startNode({ providers: [EchoGateway], options: { methods: { heartbeat: false, unsubscribe: false } } });
    await using peer = await node.connect();
    expect((await peer.request('heartbeat')).error?.code).toBe(-32601);
    expect((await peer.request('unsubscribe')).error?.code).toBe(-32601);
    expect((await peer.request('subscribe')).error?.code).toBe(-32602);
  });

  it('leave their name to the application when they are renamed', async () => {
    class Mine {
      @RpcMethod('heartbeat')
      beat(): string {
        return 'mine';
      }
    }
    await using node = await startNode({ providers: [Mine], options: { methods: { heartbeat: 'ping' } } });
    await using peer = await node.connect();
    expect(await peer.result('heartbeat')).toBe('mine');
    expect(await peer.result('ping')).toMatchObject({ status: 'ok' });
  });

  it('can swap their names', async () => {
    await using node = await startNode({ options: { methods: { subscribe: 'unsubscribe', unsubscribe: 'subscribe' } } });
    await using peer = await node.connect();
    expect(await peer.result('subscribe', { topics: ['a'] })).toEqual({ unsubscribed: ['a'] });
  });

  it('cannot share a name, and the fault is named once', async () => {
    @RpcGateway('x', { path: '/x' })
    class Elsewhere {
      @RpcMethod()
      a(): void {}
    }
    const faults = await bootFaults({ providers: [EchoGateway, Elsewhere], options: { methods: { heartbeat: 'subscribe' } } });
    expect(new Set(faults).size).toBe(faults.length);
    expect(faults.join('\n')).toMatch(/heartbeat/);
    expect(faults.join('\n')).toMatch(/subscribe/);
  });
});
