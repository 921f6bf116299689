/** Gives a request back to its HTTP server, to be answered as if it had not asked for another protocol. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

const HOP_BY_HOP = new Set(['connection', 'upgrade', 'http2-settings']);

/** True for a request that would rather speak another protocol, but not WebSocket. */
export function asksForOther(request: IncomingMessage): boolean {
  const offered = (request.headers.upgrade ?? '').split(',').map((protocol) => protocol.trim().toLowerCase());
  return !offered.includes('websocket');
}

/**
 * Node hands over every request with an `Upgrade` header as soon as somebody listens for upgrades, and has let go of its socket by then. So the
 * request is put back in front of what follows on the socket, without that header, and the server meets the socket anew; a body is read as
 * ever. The connection ends with the answer: each new meeting leaves a listener at the socket.
 * @see RFC 9110 §7.8: a server may ignore the header; RFC 9113 §3.1: `h2c` is obsolete, some HTTP clients still offer it by default
 */
export function declineUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i] as string;
    if (!HOP_BY_HOP.has(name.toLowerCase())) lines.push(`${name}: ${request.rawHeaders[i + 1]}`);
  }
  lines.push('Connection: close', '', '');
  // As Node decodes it, so that the bytes are the same.
  socket.unshift(Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), head]));
  server.emit(socket instanceof TLSSocket ? 'secureConnection' : 'connection', socket);
}

/** What a server of newer Nodes asks before it takes a request for an upgrade; documented as an option of `http.createServer()`. */
interface AskedServer {
  shouldUpgradeCallback?: (this: Server, request: IncomingMessage) => boolean;
}

/**
 * Has the server answer requests with a body as if they had not asked for another protocol, before it lets go of their sockets. From Node 26 on
 * there is no other way: it takes the body of an upgrade request off the socket itself. Node 20 does not ask.
 * @param isDeclined whether a request that would be an upgrade is none
 * @returns takes it back
 */
export function declineBodiesBeforehand(server: Server & AskedServer, isDeclined: (request: IncomingMessage) => boolean): () => void {
  const before = server.shouldUpgradeCallback;
  if (!before) return () => undefined;
  let isOver = false;
  const asked = function (this: Server, request: IncomingMessage): boolean {
    if (!before.call(this, request)) return false;
    if (isOver || !hasBody(request) || !isDeclined(request)) return true;
    delete request.headers.upgrade;
    return false;
  };
  server.shouldUpgradeCallback = asked;
  return () => {
    // Whoever wrapped it later goes on asking here.
    isOver = true;
    if (server.shouldUpgradeCallback === asked) server.shouldUpgradeCallback = before;
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
