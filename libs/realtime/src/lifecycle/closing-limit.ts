/** Bounds the end of an HTTP server: a connection that never asks for anything would keep it, and the process, open for good. */
import type { Server } from 'node:http';
import { ServerSockets } from './server-sockets.js';

export class ClosingLimit {
  private readonly timer: NodeJS.Timeout;

  /**
   * @param server is about to be closed by its owner
   * @param timeoutMs what is connected then is cut
   * @param onClosed told when the server has ended
   */
  constructor(
    private readonly server: Server,
    timeoutMs: number,
    onClosed: () => void,
  ) {
    this.timer = setTimeout(() => this.cut(), timeoutMs);
    // The connections keep the process alive, not this timer.
    this.timer.unref();
    server.once('close', () => {
      clearTimeout(this.timer);
      onClosed();
    });
  }

  /** Cuts every connection now; answers that are under way are lost. */
  cut(): void {
    this.server.closeAllConnections();
    ServerSockets.of(this.server).cut();
  }
}
