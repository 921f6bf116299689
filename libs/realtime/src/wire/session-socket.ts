/** A WebSocket with one owner, which is told everything by methods. */
import { WebSocket } from 'ws';

/** Whose socket it is. */
export interface SocketOwner {
  message(data: Buffer, isBinary: boolean): void;
  /** A ping or a pong came in. @param isFurther nobody has looked since the last one */
  control(isFurther: boolean): void;
  /** Our close frame goes out, also when `ws` sends it by itself. `ws` has an event only for the end of the closing handshake. */
  closing(): void;
  /** The connection is cut without a close frame, also when `ws` does it: it allows a peer 60 pings before their pongs are read. */
  cutting(): void;
  closed(code: number, reason: Buffer): void;
  failed(error: Error & { readonly code?: string }): void;
}

const nothing = (): void => undefined;

export class SessionSocket extends WebSocket {
  /** Set by `ws`, which has an event only for the end of the connection. */
  declare protected readonly _closeFrameReceived?: boolean;
  /** The stream of `ws` that takes frames apart. */
  declare protected readonly _receiver?: { end: () => void };
  owner: SocketOwner | undefined;
  /** A ping or a pong came in since this was last reset. */
  heard = false;

  /** The peer's close frame is here. */
  get hasGoodbye(): boolean {
    return this._closeFrameReceived === true;
  }

  /**
   * Both have said goodbye, and all of it has left. `ws` ends its reader again when the connection is gone, and Node makes an error of that, with a stack,
   * which nobody sees: it would be a sixteenth of what a connection costs that opens and closes.
   */
  leaveReaderEnded(): void {
    if (this._receiver) this._receiver.end = nothing;
  }

  override close(code?: number, data?: string | Buffer): void {
    super.close(code, data);
    this.owner?.closing();
  }

  override terminate(): void {
    this.owner?.cutting();
    super.terminate();
  }

  /** In the place of listeners: their table, and a closure for each of them, would be a good part of what a connection costs. */
  override emit(event: string | symbol, first?: unknown, second?: unknown): boolean {
    const { owner } = this;
    if (!owner) return super.emit(event, first, second);
    switch (event) {
      case 'message':
        owner.message(first as Buffer, second as boolean);
        return true;
      case 'ping':
      case 'pong':
        owner.control(this.heard);
        this.heard = true;
        return true;
      case 'close':
        owner.closed(first as number, second as Buffer);
        return true;
      case 'error':
        owner.failed(first as Error);
        return true;
      default:
        return super.emit(event, first, second);
    }
  }
}
