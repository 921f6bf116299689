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
