/** An HTTP server for endpoints that have a port of their own. Beside upgrades it only says what it is. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { Refusals, refusalBody } from '../admission/refusal.js';
import { ServerSockets } from '../lifecycle/server-sockets.js';
import type { PlainRequests } from './plain-requests.js';
import { plainHeaders } from './plain-requests.js';

export class OwnPortServer {
  readonly server: Server;

  constructor(
    private readonly port: number,
    private readonly host: string | undefined,
    private readonly plain: PlainRequests,
  ) {
    this.server = createServer((request, response) => this.answer(request, response));
  }

  /** @throws {Error} as the operating system refuses: port in use, no permission */
  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.port, this.host, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.close((error) => (error ? reject(error) : resolve()));
      // The sessions are gone by now; what is left are connections that never asked for anything.
      this.server.closeAllConnections();
      ServerSockets.of(this.server).cut();
    });
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const refusal = this.plain.refusalAt(request.url ?? '/', this.port) ?? Refusals.notFound;
    const body = refusalBody(refusal);
    response.writeHead(refusal.status, { ...plainHeaders(refusal, response), 'Content-Length': Buffer.byteLength(body) });
    response.end(body);
  }
}
