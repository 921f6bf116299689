/** The one way in, whatever the transport: makes the session, gives it its methods, and lets everybody know. */
import type { FrameLimits } from 'nestjs-realtime-protocol';
import type { SessionRegistry } from '../hub/session-registry.js';
import type { MethodRegistry } from '../rpc/method-registry.js';
import type { CallLimits } from '../rpc/rpc-connection.js';
import { RpcConnection } from '../rpc/rpc-connection.js';
import type { Handshake } from '../session/handshake.js';
import type { SessionSurroundings } from '../session/session.js';
import { Session } from '../session/session.js';
import type { Transport } from '../session/transport.js';

/** What came in: the session, and where the transport hands what it reads. */
export interface Accepted {
  readonly session: Session;
  received(text: string): void;
  drained(): void;
  ended(code: number, reason: string): void;
}

export class SessionAcceptor {
  constructor(
    private readonly sessions: SessionRegistry,
    private readonly surroundings: SessionSurroundings,
    private readonly limits: FrameLimits & Required<CallLimits>,
  ) {}

  accept(handshake: Handshake, transport: Transport, methods: MethodRegistry): Accepted {
    const session = new Session(handshake, transport, this.surroundings);
    const connection = new RpcConnection(session, methods, this.limits);
    this.sessions.add(session);
    return {
      session,
      received: (text) => connection.receive(text),
      drained: () => session.drained(),
      ended: (code, reason) => {
        connection.abortAll('disconnected');
        session.ended(code, reason);
      },
    };
  }
}
