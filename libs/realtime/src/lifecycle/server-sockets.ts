/** The connections of a server that belong to nobody else: no session, and perhaps not yet, or no longer, to Node's own HTTP. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** By server, so that whoever opens it and whoever ends it mean the same connections. */
const KNOWN = new WeakMap<Server, ServerSockets>();

/** Where Node keeps the TCP connection below a TLS one; without it that connection only counts as nobody's. */
interface Encrypted {
  readonly _handle?: { readonly _parentWrap?: Duplex } | null;
}

/**
 * `server.closeAllConnections()` knows no TLS connection before its handshake is done, and none that was handed over for an upgrade: each of
 * them would keep a server from ending.
 */
export class ServerSockets {
  private readonly sockets = new Set<Duplex>();
  private isOver = false;
  // One for all sockets, so that it can be taken off again.
  private readonly onClose: (this: Duplex) => void;

  private constructor(server: Server) {
    const { sockets } = this;
    this.onClose = function () {
      sockets.delete(this);
    };
    server.on('connection', (socket: Socket) => this.add(socket));
  }

  /** The connections that the server takes from now on, or since this was first asked. */
  static of(server: Server): ServerSockets {
    let known = KNOWN.get(server);
    if (!known) KNOWN.set(server, (known = new ServerSockets(server)));
    return known;
  }

  get size(): number {
    return this.sockets.size;
  }

  /** A session has it now, and sees to its end: nothing is kept of it here, not even a listener. */
  handOver(socket: Duplex): void {
    const raw = this.sockets.has(socket) ? socket : ((socket as Encrypted)._handle?._parentWrap ?? socket);
    if (this.sockets.delete(raw)) raw.off('close', this.onClose);
  }

  /** Cuts them, and whoever comes later. */
  cut(): void {
    this.isOver = true;
    for (const socket of this.sockets) socket.destroy();
  }

  private add(socket: Socket): void {
    if (this.isOver) {
      socket.destroy();
      return;
    }
    // One whose request was given back to the server comes a second time.
    if (this.sockets.has(socket)) return;
    this.sockets.add(socket);
    socket.on('close', this.onClose);
  }
}
