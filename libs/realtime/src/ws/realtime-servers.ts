/** HTTP servers that the application makes itself, beside the one that Nest has made. */
import type { Server as HttpServer } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import type { Server as HttpsServer } from 'node:https';

/** Begins to take sessions on a server. @returns ends it */
export type AttachServer = (server: HttpServer) => () => void;

/** Injectable where `RealtimeModule` is imported, everywhere with `isGlobal`. */
export class RealtimeServers {
  private readonly attached = new Map<HttpServer, () => void>();

  constructor(private readonly take: AttachServer) {}

  /**
   * Opens sessions on another server as well, at the paths that the app's own server has. Their sessions are like all others; they end with the app.
   * The server itself stays the caller's: it listens and closes when the caller says so. A server that closes is forgotten.
   * @returns takes no more sessions there; those that are open stay
   * @throws {TypeError} if it is no HTTP server (one of HTTP/2 needs `allowHTTP1`), {Error} if it is attached already, or the app has closed
   */
  attach(server: HttpServer | HttpsServer | Http2SecureServer): () => void {
    if (!isServer(server)) throw new TypeError('attach() needs a server of node:http, node:https, or node:http2 with allowHTTP1');
    if (this.attached.has(server)) throw new Error('This server is attached already');
    const end = this.take(server);
    const detach = (): void => {
      if (!this.attached.delete(server)) return;
      server.off('close', detach);
      end();
    };
    this.attached.set(server, detach);
    server.on('close', detach);
    return detach;
  }

  /** @internal */
  detachAll(): void {
    for (const detach of this.attached.values()) detach();
  }
}

function isServer(server: unknown): server is HttpServer {
  if (typeof server !== 'object' || server === null) return false;
  const { on, listenerCount, listen } = server as Partial<HttpServer>;
  return [on, listenerCount, listen].every((method) => typeof method === 'function');
}
