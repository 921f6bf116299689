/** Requests that we sent to one peer, and that it has not answered yet. */
import type { Answer, CallOptions } from 'nestjs-realtime-protocol';
import { CANCEL_METHODS, PendingCalls, encodeNotification, encodeRequest } from 'nestjs-realtime-protocol';
import { SessionClosedError } from './session-closed-error.js';

/** Where the requests go. */
export interface CalledPeer {
  readonly id: string;
  /** @returns false if the session is not open or could not take it */
  send(frame: string): boolean;
}

export class OutgoingCalls {
  private readonly pending = new PendingCalls();

  constructor(private readonly peer: CalledPeer) {}

  call(method: string, params: unknown, options: CallOptions): Promise<unknown> {
    return this.pending.open(
      (id) => {
        if (!this.peer.send(encodeRequest(id, method, params))) throw new SessionClosedError(this.peer.id);
      },
      options,
      (id) => this.peer.send(encodeNotification(CANCEL_METHODS.lsp, { id })),
    );
  }

  /** @returns false if nobody waits for this answer */
  settle(answer: Answer): boolean {
    return this.pending.settle(answer);
  }

  failAll(message: string): void {
    this.pending.failAll(message);
  }
}
