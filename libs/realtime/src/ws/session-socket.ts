/** A WebSocket that says when its close frame goes out, also when `ws` sends it by itself. */
import { WebSocket } from 'ws';

export class SessionSocket extends WebSocket {
  /** Called when the closing handshake begins, whoever began it. `ws` itself has an event only for its end. */
  onClosing: (() => void) | undefined;
  /** A ping or a pong came in since this was last reset. */
  heard = false;

  override close(code?: number, data?: string | Buffer): void {
    super.close(code, data);
    this.onClosing?.();
  }
}
