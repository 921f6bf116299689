/** The demo app inside the test's own process, on a port that is free. */
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DemoConfig } from '../../apps/demo/src/config/demo-config.js';
import { DemoModule } from '../../apps/demo/src/demo.module.js';
import { RpcPeer } from '../support/rpc-peer.js';

export class RunningDemo implements AsyncDisposable {
  private constructor(
    private readonly app: INestApplication,
    private readonly port: number,
  ) {}

  static async start(env: Readonly<Record<string, string>> = {}): Promise<RunningDemo> {
    const app = await NestFactory.create(DemoModule.with(DemoConfig.fromEnv(env)), { logger: false, abortOnError: false });
    await app.listen(0, '127.0.0.1');
    return new RunningDemo(app, ((app.getHttpServer() as Server).address() as AddressInfo).port);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get wsUrl(): string {
    return `ws://127.0.0.1:${this.port}/ws`;
  }

  connect(): Promise<RpcPeer> {
    return RpcPeer.connect(this.wsUrl);
  }

  /** A peer that has signed in. */
  async signedIn(username = 'test', password = '123456'): Promise<RpcPeer> {
    const peer = await this.connect();
    await peer.result('auth.login', { username, password });
    return peer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close();
  }
}
