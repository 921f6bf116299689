/** A real Nest app with the module in it, on a port that is free. */
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import type { INestApplication, LoggerService, ModuleMetadata } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { HubService, RealtimeModule } from 'nestjs-realtime';
import type { RealtimeOptions } from 'nestjs-realtime';
import { RpcPeer } from './rpc-peer.js';

export interface NodeParts extends ModuleMetadata {
  readonly options?: RealtimeOptions;
  /** Express if left out. */
  readonly adapter?: () => AbstractHttpAdapter;
  /** Runs before the app is initialised, as `main.ts` would. */
  readonly configure?: (app: INestApplication) => void;
  readonly logger?: LoggerService | false;
}

export class RunningNode implements AsyncDisposable {
  private constructor(
    readonly app: INestApplication,
    readonly port: number,
  ) {}

  static async start(parts: NodeParts = {}): Promise<RunningNode> {
    const { options, adapter, configure, logger = false, imports = [], ...metadata } = parts;
    class TestModule {}
    Module({ ...metadata, imports: [RealtimeModule.forRoot(options ?? {}), ...imports] })(TestModule);
    const settings = { logger, abortOnError: false } as const;
    const app = adapter ? await NestFactory.create(TestModule, adapter(), settings) : await NestFactory.create(TestModule, settings);
    configure?.(app);
    await app.listen(0, '127.0.0.1');
    const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
    return new RunningNode(app, port);
  }

  get hub(): HubService {
    return this.app.get(HubService);
  }

  url(path = '/ws'): string {
    return `ws://127.0.0.1:${this.port}${path}`;
  }

  connect(path = '/ws'): Promise<RpcPeer> {
    return RpcPeer.connect(this.url(path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close();
  }
}

export const startNode = (parts?: NodeParts): Promise<RunningNode> => RunningNode.start(parts);
