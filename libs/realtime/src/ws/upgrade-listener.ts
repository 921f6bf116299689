/** Takes the upgrade requests of one HTTP server: ours become sessions, others are left alone or refused. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ServerOptions, Server as WsServer } from 'ws';
import { WebSocketServer } from 'ws';
import type { SessionAcceptor } from '../admission/session-acceptor.js';
import type { NodeState } from '../lifecycle/node-state.js';
import { Handshake } from '../session/handshake.js';
import type { EndpointDirectory, EndpointMatch } from './endpoint-directory.js';
import { Refusals, refuse } from './http-refusal.js';
import { SessionSocket } from './session-socket.js';
import { WsTransport } from './ws-transport.js';

/** The subprotocol of this library; a peer may offer it or none. */
export const SUBPROTOCOL = 'jsonrpc';

export interface WireOptions {
  /** Largest message that is taken, in bytes. */
  readonly frameBytes: number;
  /** How long a peer may take to answer our close frame, in ms. */
  readonly closeTimeoutMs: number;
}

export class UpgradeListener {
  private readonly wss: WsServer<typeof SessionSocket>;
  private readonly closeTimeoutMs: number;
  private readonly listener = (request: IncomingMessage, socket: Duplex, head: Buffer): void => this.handle(request, socket, head);

  constructor(
    private readonly server: Server,
    private readonly port: number,
    private readonly endpoints: EndpointDirectory,
    private readonly acceptor: SessionAcceptor,
    private readonly state: NodeState,
    options: WireOptions,
  ) {
    this.closeTimeoutMs = options.closeTimeoutMs;
    // The types of `ws` do not know closeTimeout yet.
    const wire: ServerOptions<typeof SessionSocket> & { closeTimeout: number } = {
      noServer: true,
      WebSocket: SessionSocket,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.frameBytes,
      closeTimeout: options.closeTimeoutMs,
      handleProtocols: (offered: Set<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    };
    this.wss = new WebSocketServer(wire);
    this.wss.on('wsClientError', (error: Error, socket: Duplex) => refuse(socket, Refusals.badRequest(error.message)));
  }

  attach(): void {
    this.server.on('upgrade', this.listener);
  }

  detach(): void {
    this.server.off('upgrade', this.listener);
  }

  private handle(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const target = originForm(request.url ?? '/');
    const path = target.split('?', 1)[0] as string;
    let match: EndpointMatch | undefined;
    try {
      match = this.endpoints.find(path, this.port);
    } catch {
      // Translated: a path that cannot be decoded is the peer's fault.
      refuse(socket, Refusals.badRequest('The path is not properly percent-encoded'));
      return;
    }
    if (!match) {
      // Somebody else on this server may wait for it.
      if (this.server.listenerCount('upgrade') === 1) refuse(socket, Refusals.notFound);
    } else if (!isWebSocket(request)) {
      refuse(socket, Refusals.upgradeRequired);
    } else if (this.state.current !== 'running') {
      refuse(socket, Refusals.draining);
    } else {
      this.open(request, socket, head, match, path, target.slice(path.length + 1));
    }
  }

  private open(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    { endpoint, params }: EndpointMatch,
    path: string,
    search: string,
  ): void {
    this.wss.handleUpgrade(request, socket, head, (ws) => {
      const handshake = new Handshake({
        address: request.socket.remoteAddress ?? '',
        endpoint: endpoint.pattern.text,
        path,
        search,
        params,
        headers: request.headers,
        subprotocol: ws.protocol,
      });
      const transport = new WsTransport(ws, socket, this.closeTimeoutMs);
      const link = this.acceptor.accept(handshake, transport, endpoint.methods, endpoint.ended);
      transport.listen(link);
      endpoint.opened(link.session, request);
    });
  }
}

/** The path and query of a request target, which may be a whole URL. @see RFC 9112 §3.2.2 */
function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const afterAuthority = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(target)?.[0].length ?? 0;
  const rest = target.slice(afterAuthority);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** @see RFC 6455 §4.2.1, §4.4 */
function isWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket' && request.headers['sec-websocket-version'] === '13';
}
