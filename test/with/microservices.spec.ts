import type { AddressInfo, Server } from 'node:net';
import { Controller, Injectable, Logger, Module } from '@nestjs/common';
import type { CanActivate, ExecutionContext, INestApplication, INestMicroservice, OnApplicationBootstrap } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { HubService, RealtimeModule, RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { PushReceipt } from 'nestjs-realtime';
import { RealtimePrometheusModule } from 'nestjs-realtime/prometheus';
import { MemoryBroker, memoryEngine } from 'nestjs-realtime/testing';
import { lastValueFrom } from 'rxjs';
import { moduleFromPage } from '../docs/module-from-page.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';

type Bootstrap = (httpPort: number, tcpPort: number, host: string) => Promise<INestApplication>;

const TCP = { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } } satisfies MicroserviceOptions;

@Injectable()
class Kinds implements CanActivate {
  readonly asked: string[] = [];

  canActivate(context: ExecutionContext): boolean {
    this.asked.push(context.getType());
    return true;
  }
}

@RpcGateway()
class Doorman implements OnApplicationBootstrap {
  starts = 0;
  opened = 0;

  onApplicationBootstrap(): void {
    this.starts++;
  }

  handleConnection(): void {
    this.opened++;
  }
}

@Controller()
class Sums {
  @RpcMethod('sum')
  @MessagePattern('sum')
  sum(numbers: number[]): number {
    return numbers.reduce((total, number) => total + number, 0);
  }
}

/** Sends one message to a microservice, as another process would. */
async function answerTo(service: INestMicroservice | undefined, pattern: string, data: unknown): Promise<unknown> {
  const { port } = service?.unwrap<Server>().address() as AddressInfo;
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
  try {
    return await lastValueFrom(client.send<unknown>(pattern, data));
  } finally {
    await client.close();
  }
}

describe('a hybrid app', () => {
  it('pushes to its sessions what a message tells it', async () => {
    Logger.overrideLogger(false);
    const { bootstrap } = await moduleFromPage<{ bootstrap: Bootstrap }>('docs/with-other-libraries.md', 'connectMicroservice');
    const app = await bootstrap(0, 0, '127.0.0.1');
    const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
    const peer = await RpcPeer.connect(`ws://127.0.0.1:${port}/ws`);
    await peer.result('subscribe', { topics: ['price:ACME'] });
    expect(await answerTo(app.getMicroservices()[0], 'price.changed', { symbol: 'ACME', cents: 5 })).toBe(1);
    expect(await peer.push('price.changed')).toMatchObject({ topic: 'price:ACME', params: { symbol: 'ACME', cents: 5 } });
    await app.close();
    expect((await peer.closed).code).toBe(1012);
  });

  it.each([
    [{}, ['ws']],
    [{ inheritAppConfig: true }, ['ws', 'rpc']],
  ])('serves one method in both ways (%p)', async (hybrid, asked) => {
    await using node = await startNode({
      controllers: [Sums],
      providers: [Kinds, { provide: APP_GUARD, useExisting: Kinds }],
      configure: (app) => app.connectMicroservice<MicroserviceOptions>(TCP, hybrid),
    });
    await node.app.startAllMicroservices();
    await using peer = await node.connect();
    expect(await peer.result('sum', [1, 2])).toBe(3);
    expect(await answerTo(node.app.getMicroservices()[0], 'sum', [1, 2])).toBe(3);
    expect(node.app.get(Kinds).asked).toEqual(asked);
  });

  it.each([
    ['Express', 'before', undefined],
    ['Express', 'behind', undefined],
    ['Fastify', 'behind', () => new FastifyAdapter()],
  ] as const)('on %s starts once, though microservices that start %s it call its hooks again', async (_name, when, adapter) => {
    let early: Promise<unknown> | undefined;
    await using node = await startNode({
      imports: [RealtimePrometheusModule.forRoot({ defaultMetrics: false, namespace: `hybrid_${_name}_${when}` })],
      providers: [Doorman],
      ...(adapter && { adapter }),
      configure: (app) => {
        app.connectMicroservice<MicroserviceOptions>(TCP, { inheritAppConfig: true, deferInitialization: true });
        if (when === 'before') early = app.startAllMicroservices();
      },
    });
    await (early ?? node.app.startAllMicroservices());
    await using peer = await node.connect();
    await peer.settled();
    const doorman = node.app.get(Doorman);
    expect([doorman.starts, doorman.opened]).toEqual([2, 1]);
    expect((node.app.getHttpServer() as Server).listenerCount('upgrade')).toBe(1);
    const metrics = await (await fetch(`http://127.0.0.1:${node.port}/metrics`)).text();
    expect(metrics).toContain(`hybrid_${_name}_${when}_connections_total 1`);
  });
});

it('a microservice without an HTTP server pushes to the sessions of other nodes', async () => {
  const broker = new MemoryBroker();
  const options = { cluster: memoryEngine({ broker }), defaultTopicPolicy: 'allow' } as const;
  await using node = await startNode({ options });
  await using peer = await node.connect();
  await peer.result('subscribe', { topics: ['price:ACME'] });

  @Controller()
  class Prices {
    constructor(private readonly hub: HubService) {}

    @MessagePattern('price.changed')
    changed(price: { symbol: string }): Promise<PushReceipt> {
      return this.hub.pushToTopic(`price:${price.symbol}`, 'price.changed', price);
    }
  }
  class WorkerModule {}
  Module({ imports: [RealtimeModule.forRoot({ cluster: memoryEngine({ broker }) })], controllers: [Prices] })(WorkerModule);

  const worker = await NestFactory.createMicroservice<MicroserviceOptions>(WorkerModule, { ...TCP, logger: false, abortOnError: false });
  await worker.listen();
  expect(await answerTo(worker, 'price.changed', { symbol: 'ACME' })).toEqual({ reached: 0 });
  expect((await peer.push('price.changed')).params).toEqual({ symbol: 'ACME' });
  await worker.close();
});
