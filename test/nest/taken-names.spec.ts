/** What the developer is told whose methods cannot have their names. */
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { RealtimeWsAdapter, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { bootFaults } from './boot.js';

@RpcGateway('g')
class OneGateway {
  @RpcMethod()
  act(): void {}
}

@RpcGateway('g')
class OtherGateway {
  @RpcMethod()
  act(): void {}
}

describe('a name that is taken', () => {
  it('is named with both methods and the path', async () => {
    expect(await bootFaults({ providers: [OneGateway, OtherGateway] })).toEqual([
      'OtherGateway.act: the method g.act is already served by OneGateway.act at /ws',
    ]);
  });

  it('by a class that two modules provide, is named with the modules', async () => {
    @Module({ providers: [OneGateway] })
    class FirstModule {}
    @Module({ providers: [OneGateway] })
    class SecondModule {}
    expect(await bootFaults({ imports: [FirstModule, SecondModule] })).toEqual([
      'OneGateway.act: the method g.act is already served by another OneGateway.act at /ws: FirstModule and SecondModule both provide it',
    ]);
  });

  it('by a class that one module provides twice, is named with the module', async () => {
    expect(await bootFaults({ providers: [OneGateway, { provide: 'again', useClass: OneGateway }] })).toEqual([
      'OneGateway.act: the method g.act is already served by another OneGateway.act at /ws: TestModule provides it twice',
    ]);
  });

  it('by the library, is named with the option that renames the method of the library', async () => {
    class Newspaper {
      @RpcMethod()
      subscribe(): void {}
    }
    expect(await bootFaults({ providers: [Newspaper] })).toEqual([
      'Newspaper.subscribe: the method subscribe is already served by the library at /ws; ' +
        "the option methods.subscribe renames the library's or switches it off",
    ]);
  });

  it('by another method of the library, is named with both options', async () => {
    expect(await bootFaults({ options: { methods: { subscribe: 'topic', unsubscribe: 'topic' } } })).toEqual([
      expect.stringMatching(/^methods\.(un)?subscribe: the name topic is that of methods\.(un)?subscribe already$/),
    ]);
  });
});

describe('a name that is empty', () => {
  it('is refused, with and without a prefix and for messages of a gateway of Nest', async () => {
    @RpcGateway('g')
    class Prefixed {
      @RpcMethod('')
      act(): void {}
    }
    class Plain {
      @RpcMethod('')
      act(): void {}
    }
    @WebSocketGateway()
    class NestGateway {
      @SubscribeMessage('')
      act(): void {}
    }
    expect(await bootFaults({ providers: [Prefixed, Plain, NestGateway] })).toEqual([
      'Prefixed.act: @RpcMethod() needs a name that is not empty; without one it takes that of the method',
      'Plain.act: @RpcMethod() needs a name that is not empty; without one it takes that of the method',
      'NestGateway.act: @SubscribeMessage() needs a name that is a string, not empty and not reserved, got ""',
    ]);
  });
});

describe('an option of a decorator that does not exist', () => {
  it('is named with the method', async () => {
    // As from JavaScript, or from a variable.
    const [timeout, pth] = [{ timeout: 5 } as object, { pth: '/b' } as object];
    @RpcGateway('g', pth)
    class Slips {
      @RpcMethod('act', timeout)
      act(): void {}
    }
    expect(await bootFaults({ providers: [Slips] })).toEqual([
      'Slips.act: @RpcMethod() has the options timeoutMs and exclusive, and no timeout',
      'Slips.act: @RpcGateway() has the option path, and no pth',
    ]);
  });
});

describe('a cost that no bucket can hold', () => {
  it('is named as it was written, also for a method of the library', async () => {
    const bucket = { capacity: 9, refillPerSec: 1 };
    const rate = { session: { capacity: 2, refillPerSec: 1 }, methods: { heartbeat: { ...bucket, cost: 3 } } };
    expect(await bootFaults({ options: { rate } })).toEqual([
      'rate.methods.heartbeat: the limit must not cost more than rate.session.capacity, got {"capacity":9,"refillPerSec":1,"cost":3}',
    ]);
  });
});

describe('RealtimeWsAdapter without the module', () => {
  it('says what it needs', async () => {
    @WebSocketGateway()
    class LonelyGateway {
      @SubscribeMessage('hello')
      hello(): void {}
    }
    @Module({ providers: [LonelyGateway] })
    class AppModule {}
    const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
    app.useWebSocketAdapter(new RealtimeWsAdapter(app));
    await expect(app.init()).rejects.toThrow('RealtimeWsAdapter needs RealtimeModule.forRoot() in the same app');
    await app.close();
  });
});
