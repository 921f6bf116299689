/** How an app gets the module: every way that Nest modules are configured, and importing it is enough. */
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { Inject, Injectable, Module } from '@nestjs/common';
import type { DynamicModule, INestApplication, ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { HubService, RealtimeModule, RealtimeWsAdapter, RpcMethod } from 'nestjs-realtime';
import type { RealtimeOptions, RealtimeOptionsFactory } from 'nestjs-realtime';
import { RpcPeer } from '../support/rpc-peer.js';
import { EchoGateway } from './echo.gateway.js';

const SETTINGS = { logger: false, abortOnError: false } as const;

/** As main.ts of `nest new` does it: no line about WebSockets. */
async function running(realtime: DynamicModule, rest: ModuleMetadata, check: (app: INestApplication, url: string) => Promise<void>) {
  class AppModule {}
  Module({ ...rest, imports: [realtime, ...(rest.imports ?? [])] })(AppModule);
  const app = await NestFactory.create(AppModule, SETTINGS);
  try {
    await app.listen(0, '127.0.0.1');
    await check(app, `ws://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}`);
  } finally {
    await app.close();
  }
}

async function expectEchoAt(url: string): Promise<void> {
  await using peer = await RpcPeer.connect(url);
  expect(await peer.result('echo', { hello: 'there' })).toEqual({ hello: 'there' });
}

@Injectable()
class Settings {
  readonly path = '/from-settings';
}

@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

@Injectable()
class OptionsFactory implements RealtimeOptionsFactory {
  constructor(@Inject(Settings) private readonly settings: Settings) {}

  async createRealtimeOptions(): Promise<RealtimeOptions> {
    return { path: this.settings.path };
  }
}

@Module({ imports: [SettingsModule], providers: [OptionsFactory], exports: [OptionsFactory] })
class OptionsFactoryModule {}

describe('forRoot', () => {
  it('serves /ws without any option', async () => {
    await running(RealtimeModule.forRoot(), { providers: [EchoGateway] }, (_app, url) => expectEchoAt(`${url}/ws`));
  });

  it('takes options', async () => {
    await running(RealtimeModule.forRoot({ path: '/rpc' }), { providers: [EchoGateway] }, (_app, url) => expectEchoAt(`${url}/rpc`));
  });

  it('does not serve its default path when another one is given', async () => {
    await running(RealtimeModule.forRoot({ path: '/rpc' }), { providers: [EchoGateway] }, async (_app, url) => {
      await expect(RpcPeer.connect(`${url}/ws`)).rejects.toThrow('404');
    });
  });
});

describe('forRootAsync', () => {
  it('takes a factory with imports and injected providers', async () => {
    const realtime = RealtimeModule.forRootAsync({
      imports: [SettingsModule],
      inject: [Settings],
      useFactory: async (settings: Settings) => ({ path: settings.path }),
    });
    await running(realtime, { providers: [EchoGateway] }, (_app, url) => expectEchoAt(`${url}/from-settings`));
  });

  it('takes a class that makes the options', async () => {
    const realtime = RealtimeModule.forRootAsync({ imports: [SettingsModule], useClass: OptionsFactory });
    await running(realtime, { providers: [EchoGateway] }, (_app, url) => expectEchoAt(`${url}/from-settings`));
  });

  it('takes a provider that another module has', async () => {
    const realtime = RealtimeModule.forRootAsync({ imports: [OptionsFactoryModule], useExisting: OptionsFactory });
    await running(realtime, { providers: [EchoGateway] }, (_app, url) => expectEchoAt(`${url}/from-settings`));
  });

  it('takes a factory that gives no options at all', async () => {
    const realtime = RealtimeModule.forRootAsync({ useFactory: () => ({}) });
    await running(realtime, { providers: [EchoGateway] }, (_app, url) => expectEchoAt(`${url}/ws`));
  });
});

@Injectable()
class Announcer {
  constructor(@Inject(HubService) readonly hub: HubService) {}
}

@Module({ providers: [Announcer] })
class AnnouncerModule {}

describe('isGlobal', () => {
  it.each([
    ['forRoot', (): DynamicModule => RealtimeModule.forRoot({ isGlobal: true })],
    ['forRootAsync', (): DynamicModule => RealtimeModule.forRootAsync({ isGlobal: true, useFactory: () => ({}) })],
  ])('lets every module inject HubService, with %s', async (_way, realtimeModule) => {
    const realtime = realtimeModule();
    await running(realtime, { imports: [AnnouncerModule] }, async (app, url) => {
      await using peer = await RpcPeer.connect(`${url}/ws`);
      expect(await app.get(Announcer, { strict: false }).hub.broadcast('news', { n: 1 })).toEqual({ reached: 1 });
      expect((await peer.push('news')).params).toEqual({ n: 1 });
    });
  });

  it('is off unless asked for', async () => {
    await expect(running(RealtimeModule.forRoot({}), { imports: [AnnouncerModule] }, async () => undefined)).rejects.toThrow('HubService');
  });
});

describe('the WebSocket adapter', () => {
  @WebSocketGateway({ path: '/legacy' })
  class LegacyGateway {
    @SubscribeMessage('hello')
    hello(): string {
      return 'hello';
    }
  }

  it('can be set by hand as well', async () => {
    @Module({ imports: [RealtimeModule.forRoot({ path: '/ws' })], providers: [EchoGateway, LegacyGateway] })
    class AppModule {}
    const app = await NestFactory.create(AppModule, SETTINGS);
    try {
      app.useWebSocketAdapter(new RealtimeWsAdapter(app));
      await app.listen(0, '127.0.0.1');
      const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
      await expectEchoAt(`ws://127.0.0.1:${port}/ws`);
      await using peer = await RpcPeer.connect(`ws://127.0.0.1:${port}/legacy`);
      expect(await peer.result('hello')).toBe('hello');
    } finally {
      await app.close();
    }
  });
});

describe('apps without a listening HTTP server', () => {
  @Module({ imports: [RealtimeModule.forRoot({})], providers: [EchoGateway, Announcer] })
  class AppModule {}

  it('boots an application context, in which pushing reaches nobody', async () => {
    const context = await NestFactory.createApplicationContext(AppModule, SETTINGS);
    try {
      expect(await context.get(Announcer).hub.broadcast('news')).toEqual({ reached: 0 });
    } finally {
      await context.close();
    }
  });

  it('boots and closes an app that is initialised and never listens', async () => {
    const app = await NestFactory.create(AppModule, SETTINGS);
    await app.init();
    expect(app.get(Announcer).hub.stats().sessions.open).toBe(0);
    await app.close();
  });

  it('runs inside a testing module', async () => {
    const testing = await Test.createTestingModule({ imports: [AppModule] }).compile();
    const app = testing.createNestApplication();
    try {
      await app.listen(0, '127.0.0.1');
      await expectEchoAt(`ws://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}/ws`);
    } finally {
      await app.close();
    }
  });
});

it('lets two apps live in one process without knowing each other', async () => {
  await running(RealtimeModule.forRoot({}), { providers: [EchoGateway] }, async (first, firstUrl) => {
    await running(RealtimeModule.forRoot({}), { providers: [EchoGateway] }, async (second, secondUrl) => {
      await using one = await RpcPeer.connect(`${firstUrl}/ws`);
      await using two = await RpcPeer.connect(`${secondUrl}/ws`);
      expect(await first.get(HubService).broadcast('news')).toEqual({ reached: 1 });
      await one.push('news');
      await two.settled();
      expect(two.pushes).toEqual([]);
      expect(second.get(HubService).stats().sessions.open).toBe(1);
    });
  });
});

it('may be shared by several modules as one object', async () => {
  const realtime = RealtimeModule.forRoot({});
  @Module({ imports: [realtime], providers: [Announcer] })
  class FeatureModule {}
  await running(realtime, { imports: [FeatureModule], providers: [EchoGateway] }, async (app, url) => {
    await using peer = await RpcPeer.connect(`${url}/ws`);
    expect(await app.get(Announcer, { strict: false }).hub.broadcast('news')).toEqual({ reached: 1 });
    expect(await peer.result('echo', [1])).toEqual([1]);
  });
});

it('leaves an app that refused to start closable', async () => {
  class Rival {
    @RpcMethod()
    echo(): void {}
  }
  @Module({ imports: [RealtimeModule.forRoot()], providers: [EchoGateway, Rival] })
  class AppModule {}
  const app = await NestFactory.create(AppModule, SETTINGS);
  await expect(app.listen(0, '127.0.0.1')).rejects.toThrow(/already served/);
  await app.close();
});

describe('a second import with options of its own', () => {
  const silent = { heartbeat: false, subscribe: false, unsubscribe: false } as const;

  it.each([
    ['with the library methods', {}],
    ['without the library methods', { methods: silent }],
  ])('is refused at boot, %s', async (_case, options) => {
    const second = RealtimeModule.forRoot({ ...options, path: '/b' });
    const twice = running(RealtimeModule.forRoot({ ...options, path: '/a' }), { imports: [second] }, async () => undefined);
    await expect(twice).rejects.toMatchObject({ name: 'RealtimeConfigError', message: expect.stringMatching(/twice|more than once/) });
  });
});

describe('missing options', () => {
  it.each([
    ['a factory that gives nothing back', RealtimeModule.forRootAsync({ useFactory: () => undefined as unknown as RealtimeOptions })],
    ['the module without forRoot()', { module: RealtimeModule }],
  ])('stop the app, which is told what to import: %s', async (_what, realtime) => {
    const boot = running(realtime, {}, async () => undefined);
    await expect(boot).rejects.toThrow(/there are no options: import RealtimeModule\.forRoot\(\)/);
  });
});
