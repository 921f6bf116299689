/** Takes the upgrade requests of one HTTP server: ours become sessions, others are left alone or refused. */
import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Logger } from '@nestjs/common';
import type { ServerOptions, Server as WsServer } from 'ws';
import { WebSocketServer } from 'ws';
import type { Verdict } from '../admission/admission.js';
import { Admitted } from '../admission/admission.js';
import type { Entrance } from '../admission/entrance.js';
import type { Refusal } from '../admission/refusal.js';
import { Refusals } from '../admission/refusal.js';
import type { OpeningRequest } from '../auth/authenticator.js';
import type { EndpointDirectory, EndpointMatch } from '../endpoints/endpoint-directory.js';
import { originForm } from '../endpoints/origin-form.js';
import type { RpcEndpoint } from '../endpoints/rpc-endpoint.js';
import { ServerSockets } from '../lifecycle/server-sockets.js';
import { Handshake } from '../session/handshake.js';
import type { CompressionOptions } from '../wire/compression-options.js';
import type { PieceLimits } from '../wire/piece-limits.js';
import { pieceLimits } from '../wire/piece-limits.js';
import { SessionSocket } from '../wire/session-socket.js';
import { chosenSubprotocol } from '../wire/subprotocols.js';
import { WireFormats } from '../wire/wire-formats.js';
import { WsTransport } from '../wire/ws-transport.js';
import { claim, isClaimed } from './claimed-sockets.js';
import { asksForOther, declineBodiesBeforehand, declineUpgrade } from './declined-upgrade.js';
import { refuseUnclaimed } from './foreign-upgrade.js';
import { refuse } from './http-refusal.js';
import { PendingUpgrades } from './pending-upgrades.js';

export interface WireOptions {
  /** Largest message that is taken, in bytes. */
  readonly frameBytes: number;
  /** How long a peer may take to answer our close frame, in ms. */
  readonly closeTimeoutMs: number;
  readonly compression: boolean | CompressionOptions;
}

/** One upgrade request on its way. */
interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly endpoint: RpcEndpoint;
}

export class UpgradeListener {
  private readonly logger = new Logger('RealtimeModule');
  private readonly pending = new PendingUpgrades();
  private readonly sockets: ServerSockets;
  private readonly wss: WsServer<typeof SessionSocket>;
  private readonly closeTimeoutMs: number;
  private readonly formats: WireFormats;
  private stopDeclining: (() => void) | undefined;
  private readonly listener = (request: IncomingMessage, socket: Duplex, head: Buffer): void => this.handle(request, socket, head);

  constructor(
    private readonly server: Server,
    private readonly port: number,
    private readonly endpoints: EndpointDirectory,
    private readonly entrance: Entrance,
    options: WireOptions,
  ) {
    this.closeTimeoutMs = options.closeTimeoutMs;
    this.sockets = ServerSockets.of(server);
    this.formats = new WireFormats(options.compression);
    // The types of `ws` do not know all of its options yet.
    const wire: ServerOptions<typeof SessionSocket> & PieceLimits & { closeTimeout: number } = {
      noServer: true,
      WebSocket: SessionSocket,
      clientTracking: false,
      perMessageDeflate: this.formats.perMessageDeflate,
      maxPayload: options.frameBytes,
      ...pieceLimits(options.frameBytes),
      closeTimeout: options.closeTimeoutMs,
      handleProtocols: (offered: Set<string>) => chosenSubprotocol(offered),
    };
    this.wss = new WebSocketServer(wire);
    this.wss.on('wsClientError', (error: Error, socket: Duplex, request: IncomingMessage) =>
      this.refuse(request, socket, Refusals.badRequest(error.message)),
    );
  }

  serves(server: Server): boolean {
    return server === this.server;
  }

  attach(): void {
    this.server.on('upgrade', this.listener);
    this.stopDeclining = declineBodiesBeforehand(this.server, (request) => this.isLeftToApp(request));
  }

  detach(): void {
    this.server.off('upgrade', this.listener);
    this.stopDeclining?.();
    this.pending.refuseAll(Refusals.draining);
  }

  /** A request for another protocol at a path of the app, for which nobody waits. */
  private isLeftToApp(request: IncomingMessage): boolean {
    if (this.server.listenerCount('upgrade') > 1 || !asksForOther(request)) return false;
    try {
      return !this.endpoints.find(originForm(request.url ?? '/').split('?', 1)[0] as string, this.port);
    } catch {
      // Translated: a path that cannot be decoded is refused as an upgrade.
      return false;
    }
  }

  private handle(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Several apps may share a server: whose listener was first and has the path has the connection.
    if (isClaimed(socket)) return;
    const target = originForm(request.url ?? '/');
    const path = target.split('?', 1)[0] as string;
    let match: EndpointMatch | undefined;
    try {
      match = this.endpoints.find(path, this.port);
    } catch {
      // Translated: a path that cannot be decoded is the peer's fault.
      if (claim(socket)) this.refuse(request, socket, Refusals.badRequest('The path is not properly percent-encoded'));
      return;
    }
    if (!match) {
      // Somebody else on this server may wait for it.
      if (this.server.listenerCount('upgrade') > 1) refuseUnclaimed(socket, () => this.refuse(request, socket, Refusals.notFound));
      else if (asksForOther(request)) declineUpgrade(this.server, request, socket, head);
      else this.refuse(request, socket, Refusals.notFound);
      return;
    }
    if (!claim(socket)) return;
    if (!isWebSocket(request)) {
      this.refuse(request, socket, Refusals.upgradeRequired);
    } else if (!isWhole(request)) {
      this.refuse(request, socket, Refusals.incomplete);
    } else if (!this.entrance.isOpen) {
      this.refuse(request, socket, Refusals.draining);
    } else {
      this.judge({ request, socket, head, endpoint: match.endpoint }, this.openingOf(request, match, path, target.slice(path.length + 1)));
    }
  }

  private openingOf(request: IncomingMessage, { endpoint, params }: EndpointMatch, path: string, search: string): OpeningRequest {
    const { headers } = request;
    return { request, address: this.entrance.admission.addressOf(request), endpoint: endpoint.pattern.text, path, search, params, headers };
  }

  private judge(upgrade: Upgrade, opening: OpeningRequest): void {
    const verdict = this.entrance.admission.judge(opening);
    if (verdict instanceof Promise) void this.pending.wait(verdict, upgrade.socket).then((late) => this.conclude(upgrade, late));
    else this.conclude(upgrade, verdict);
  }

  private conclude(upgrade: Upgrade, verdict: Verdict): void {
    const { request, socket } = upgrade;
    if (!(verdict instanceof Admitted)) {
      this.refuse(request, socket, verdict);
      return;
    }
    // The node may have begun to shut down while others were asked.
    const refusal = this.entrance.isOpen ? this.entrance.admission.confirm(verdict) : Refusals.draining;
    if (refusal) {
      verdict.giveUp();
      this.refuse(request, socket, refusal);
    } else {
      this.open(upgrade, verdict);
    }
  }

  private open({ request, socket, head, endpoint }: Upgrade, admitted: Admitted): void {
    const { opening, principal, release, place } = admitted;
    this.entrance.admission.opening(opening);
    let isOpen = false;
    const windowBits = this.formats.agree(request.headers);
    const opened = (ws: SessionSocket): void => {
      isOpen = true;
      this.sockets.handOver(socket);
      const handshake = new Handshake(opening, ws.protocol);
      const transport = new WsTransport(ws, socket, this.closeTimeoutMs, this.formats.of(ws.protocol, windowBits));
      const link = this.entrance.acceptor.accept(handshake, transport, endpoint.methods, endpoint.ended, principal, place);
      if (release) link.session.onClose(release);
      transport.listen(link);
      endpoint.opened(link.session, request);
    };
    try {
      this.wss.handleUpgrade(request, socket, head, opened);
    } catch (fault) {
      // Survived: another listener of the server, which is not ours, has answered it already.
      this.logger.error(`A connection to ${endpoint.pattern.text} was taken by somebody else on the same server: ${String(fault)}`);
    }
    // `ws` answers at once; it may still have found the request wanting.
    if (!isOpen) admitted.giveUp();
  }

  private refuse(request: IncomingMessage, socket: Duplex, refusal: Refusal): void {
    this.entrance.admission.rejected(request, refusal);
    refuse(socket, refusal);
  }
}

/** @see RFC 6455 §4.2.1, §4.4 */
function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers['sec-websocket-version'] === '13' && asksForWebSocket(headers);
}

/** A peer may name several protocols and leave the choice to us; `ws` wants to see only its own. @see RFC 9110 §7.8 */
function asksForWebSocket(headers: IncomingHttpHeaders): boolean {
  const wanted = headers.upgrade?.toLowerCase();
  if (wanted === 'websocket') return true;
  if (!wanted?.split(',').some((name) => name.trim() === 'websocket')) return false;
  headers.upgrade = 'websocket';
  return true;
}

/** Node itself asks for a Host only where it answers. @see RFC 6455 §4.2.1 */
function isWhole({ headers, httpVersion }: IncomingMessage): boolean {
  return headers.host !== undefined && httpVersion >= '1.1';
}
