/** What request-scoped gateways are told of a connection, in the shape in which they are told of a call. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Handshake } from '../session/handshake.js';
import type { Session } from '../session/session.js';

/** Injected as `REQUEST` into a gateway whose connection hooks run; strategies for durable providers see it too. */
export class ConnectionRequest {
  constructor(readonly session: Session) {}

  get handshake(): Handshake {
    return this.session.handshake;
  }

  get headers(): Readonly<IncomingHttpHeaders> {
    return this.session.handshake.headers;
  }
}
