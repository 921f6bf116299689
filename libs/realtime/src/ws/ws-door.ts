/** The door for WebSockets: a listener on the app's own server, and a server for every port that a gateway names. */
import type { OnModuleInit } from '@nestjs/common';
import { Logger } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';
import type { Entrance } from '../admission/entrance.js';
import type { Door } from '../endpoints/door.js';
import type { EndpointDirectory } from '../endpoints/endpoint-directory.js';
import type { RpcEndpoint } from '../endpoints/rpc-endpoint.js';
import { OwnPortServer } from './own-port-server.js';
import { PlainRequests } from './plain-requests.js';
import { RealtimeServers } from './realtime-servers.js';
import type { WireOptions } from './upgrade-listener.js';
import { UpgradeListener } from './upgrade-listener.js';

export class WsDoor implements Door, OnModuleInit {
  private readonly ownServers: OwnPortServer[] = [];
  private readonly listeners = new Map<number, UpgradeListener>();
  private readonly plain: PlainRequests;
  private isClosed = false;
  private isMounted = false;
  private reached: (port: number) => void = () => undefined;
  /** For servers of the application's own making. */
  readonly servers = new RealtimeServers((server) => this.take(server));

  /** @param host where ports of gateways listen; everywhere if absent */
  constructor(
    private readonly endpoints: EndpointDirectory,
    private readonly entrance: Entrance,
    private readonly wire: WireOptions,
    private readonly host: string | undefined,
    private readonly http: HttpAdapterHost,
  ) {
    this.plain = new PlainRequests(endpoints, entrance);
  }

  /** The routes of the app are there by now, and what answers 404 is not. */
  onModuleInit(): void {
    const { adapter } = this;
    // Nest calls the hook again for each microservice of a hybrid app with `deferInitialization`; Fastify takes no hooks once it listens.
    if (adapter && !this.isMounted) this.plain.mount(adapter);
    this.isMounted = true;
  }

  async open(reached: (endpoints: readonly RpcEndpoint[]) => void): Promise<readonly RpcEndpoint[]> {
    const all = this.endpoints.all();
    this.reached = (port) => reached(all.filter((endpoint) => endpoint.port === port));
    for (const port of this.endpoints.ports()) {
      if (port === 0) this.listenOnApp();
      else await this.listenOnOwn(port);
    }
    return all.filter(({ port }) => this.listeners.has(port));
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.servers.detachAll();
    for (const listener of this.listeners.values()) listener.detach();
    await Promise.all(this.ownServers.map((server) => server.close()));
  }

  private listenOnApp(): void {
    const { adapter } = this;
    if (adapter) {
      const server = adapter.getHttpServer() as Server;
      this.attach(server, 0);
      this.onceListening(server);
    } else new Logger('RealtimeModule').log('No HTTP server in this process: it takes no sessions');
  }

  /** An application context has no HTTP server; it can still push. */
  private get adapter(): HttpAdapterHost['httpAdapter'] | undefined {
    return this.http.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined;
  }

  private async listenOnOwn(port: number): Promise<void> {
    const own = new OwnPortServer(port, this.host, this.plain);
    this.attach(own.server, port);
    await own.listen();
    this.ownServers.push(own);
    this.reached(port);
  }

  /** On a server that the application has made itself; by its path every endpoint of the app's server is reached. */
  private take(server: Server): () => void {
    if (this.isClosed) throw new Error('The app has closed: it takes no more sessions');
    if ([...this.listeners.values()].some((listener) => listener.serves(server)))
      throw new Error('This server is attached already: it is the own one of the app');
    const listener = new UpgradeListener(server, 0, this.endpoints, this.entrance, this.wire);
    listener.attach();
    this.onceListening(server);
    return () => {
      server.off('listening', this.onListening);
      listener.detach();
    };
  }

  private onceListening(server: Server): void {
    if (server.listening) this.onListening();
    else server.once('listening', this.onListening);
  }

  private readonly onListening = (): void => this.reached(0);

  private attach(server: Server, port: number): void {
    const listener = new UpgradeListener(server, port, this.endpoints, this.entrance, this.wire);
    listener.attach();
    this.listeners.set(port, listener);
  }
}
