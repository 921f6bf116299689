/** The demo app inside the test's own process, on a port that is free. */
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import type { ClientOptions } from 'ws';
import { HubService } from 'nestjs-realtime';
import { DemoConfig } from '../../apps/demo/src/config/demo-config.js';
import { createDemo } from '../../apps/demo/src/create-demo.js';
import { UsersService } from '../../apps/demo/src/users/users.service.js';
import { RpcPeer } from '../support/rpc-peer.js';

export class RunningDemo implements AsyncDisposable {
  private constructor(
    private readonly app: INestApplication,
    readonly port: number,
    private readonly secure: '' | 's',
  ) {}

  static async start(env: Readonly<Record<string, string>> = {}): Promise<RunningDemo> {
    const config = DemoConfig.fromEnv(env);
    const app = await createDemo(config, { logger: false });
    await app.listen(0, '127.0.0.1');
    return new RunningDemo(app, (app.getHttpServer().address() as AddressInfo).port, config.tls ? 's' : '');
  }

  get url(): string {
    return `http${this.secure}://127.0.0.1:${this.port}`;
  }

  get wsUrl(): string {
    return `ws${this.secure}://127.0.0.1:${this.port}/ws`;
  }

  get hub(): HubService {
    return this.app.get(HubService);
  }

  get users(): UsersService {
    return this.app.get(UsersService);
  }

  connect(options: ClientOptions = {}): Promise<RpcPeer> {
    return RpcPeer.connect(this.wsUrl, options);
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
