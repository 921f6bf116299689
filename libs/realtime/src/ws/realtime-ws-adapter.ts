/** Lets Nest's own gateways, written for `@WebSocketGateway()`, live on the endpoints of this library. */
import { inspect } from 'node:util';
import type { INestApplicationContext, WebSocketAdapter } from '@nestjs/common';
import type { Session } from '../session/session.js';
import { EndpointDirectory } from '../endpoints/endpoint-directory.js';
import type { RpcEndpoint } from '../endpoints/rpc-endpoint.js';

interface GatewayOptions {
  readonly path?: string;
  readonly namespace?: unknown;
}

/** Importing RealtimeModule installs it; `app.useWebSocketAdapter(new RealtimeWsAdapter(app))` does the same by hand. */
export class RealtimeWsAdapter implements WebSocketAdapter<RpcEndpoint, Session, GatewayOptions> {
  /** @param source the app, whose RealtimeModule keeps the endpoints */
  constructor(private readonly source: INestApplicationContext | EndpointDirectory) {}

  /** The endpoint of a gateway; without a path of its own it is that of the module. */
  create(port: number, options: GatewayOptions = {}): RpcEndpoint {
    const endpoints = this.endpoints();
    if (options.namespace !== undefined) {
      endpoints.faults.push(`a gateway has the namespace ${inspect(options.namespace)}: there are none here, give it a path instead`);
    }
    return endpoints.at(options.path, port);
  }

  /** Nest would call connection hooks through rxjs, where one that throws ends the process; the module calls them itself. */
  bindClientConnect(): void {}

  bindClientDisconnect(): void {}

  /** Handlers are bound once, at boot, and not for each client. */
  bindMessageHandlers(): void {}

  /** Endpoints end with the module, which says goodbye to their sessions first. */
  close(): void {}

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  private endpoints(): EndpointDirectory {
    if (this.source instanceof EndpointDirectory) return this.source;
    try {
      return this.source.get(EndpointDirectory, { strict: false });
    } catch (cause) {
      throw new Error('RealtimeWsAdapter needs RealtimeModule.forRoot() in the same app', { cause });
    }
  }
}
