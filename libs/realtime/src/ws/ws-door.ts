/** The door for WebSockets: a listener on the app's own server, and a server for every port that a gateway names. */
import { Logger } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';
import type { Entrance } from '../admission/entrance.js';
import type { Door } from '../endpoints/door.js';
import type { EndpointDirectory } from '../endpoints/endpoint-directory.js';
import type { RpcEndpoint } from '../endpoints/rpc-endpoint.js';
import { OwnPortServer } from './own-port-server.js';
import type { WireOptions } from './upgrade-listener.js';
import { UpgradeListener } from './upgrade-listener.js';

export class WsDoor implements Door {
  private readonly ownServers: OwnPortServer[] = [];
  private readonly listeners = new Map<number, UpgradeListener>();

  /** @param host where ports of gateways listen; everywhere if absent */
  constructor(
    private readonly endpoints: EndpointDirectory,
    private readonly entrance: Entrance,
    private readonly wire: WireOptions,
    private readonly host: string | undefined,
    private readonly http: HttpAdapterHost,
  ) {}

  async open(): Promise<readonly RpcEndpoint[]> {
    for (const port of this.endpoints.ports()) {
      if (port === 0) this.listenOnApp();
      else await this.listenOnOwn(port);
    }
    return this.endpoints.all().filter(({ port }) => this.listeners.has(port));
  }

  async close(): Promise<void> {
    for (const listener of this.listeners.values()) listener.detach();
    await Promise.all(this.ownServers.map((server) => server.close()));
  }

  private listenOnApp(): void {
    // An application context has no HTTP server; it can still push.
    const adapter = this.http.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined;
    if (adapter) this.attach(adapter.getHttpServer() as Server, 0);
    else new Logger('RealtimeModule').log('No HTTP server in this process: it takes no sessions');
  }

  private async listenOnOwn(port: number): Promise<void> {
    const own = new OwnPortServer(port, this.host, this.endpoints);
    this.attach(own.server, port);
    await own.listen();
    this.ownServers.push(own);
  }

  private attach(server: Server, port: number): void {
    const listener = new UpgradeListener(server, port, this.endpoints, this.entrance, this.wire);
    listener.attach();
    this.listeners.set(port, listener);
  }
}
