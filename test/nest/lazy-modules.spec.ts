/** Modules that are loaded when the app runs. */
import { Injectable, Module } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { RpcGateway, RpcMethod, TopicPolicy } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';

@Injectable()
class Reports {
  @RpcMethod('reports.make')
  make(): string {
    return 'made';
  }

  @TopicPolicy('reports:*')
  mayListen(): boolean {
    return false;
  }
}

@Module({ providers: [Reports] })
class ReportsModule {}

@Module({ imports: [ReportsModule] })
class OfficeModule {}

@WebSocketGateway()
class LegacyGateway {
  @SubscribeMessage('legacy')
  legacy(): void {}
}

@Module({ providers: [LegacyGateway] })
class LegacyModule {}

@Injectable()
class Printer {
  print(): string {
    return 'printed';
  }
}

@Module({ providers: [Printer], exports: [Printer] })
class PrinterModule {}

@RpcGateway()
class PrintGateway {
  constructor(private readonly lazy: LazyModuleLoader) {}

  @RpcMethod()
  async print(): Promise<string> {
    return (await this.lazy.load(() => PrinterModule)).get(Printer).print();
  }
}

@Injectable()
class EarlyLoader {
  constructor(private readonly lazy: LazyModuleLoader) {}

  async onModuleInit(): Promise<void> {
    await this.lazy.load(() => ReportsModule);
  }
}

describe('a module that is loaded when the app is up', () => {
  it.each([
    [ReportsModule, /Reports\.make, Reports\.mayListen: came with a module/],
    [OfficeModule, /Reports\.make, Reports\.mayListen: came with a module/],
    [LegacyModule, /LegacyGateway\.legacy: came with a module/],
  ] as readonly (readonly [Type, RegExp])[])(
    'is refused, each time, if it brings what sessions would not know (%p)',
    async (module, fault) => {
      await using node = await startNode({ providers: [PrintGateway] });
      const lazy = node.app.get(LazyModuleLoader);
      await expect(lazy.load(() => module)).rejects.toThrow(fault);
      await expect(lazy.load(() => module)).rejects.toThrow(fault);
    },
  );

  it('is loaded if it brings nothing of the kind', async () => {
    await using node = await startNode({ providers: [PrintGateway] });
    await using peer = await node.connect();
    expect([await peer.result('print'), await peer.result('print')]).toEqual(['printed', 'printed']);
  });
});

it('a module that is loaded while the app starts counts like one that is imported', async () => {
  await using node = await startNode({ providers: [EarlyLoader], options: { defaultTopicPolicy: 'allow' } });
  await using peer = await node.connect();
  expect(await peer.result('reports.make')).toBe('made');
  expect(await peer.request('subscribe', { topics: ['reports:1'] })).toMatchObject({ error: { code: -32003 } });
});
