/** The one way in, whatever the transport: makes the session, gives it its methods, and lets everybody know. */
import { Disconnect, RpcError } from 'nestjs-realtime-protocol';
import type { SessionRegistry } from '../hub/session-registry.js';
import type { MethodRegistry } from '../rpc/method-registry.js';
import type { CallSurroundings } from '../rpc/call-surroundings.js';
import { RpcConnection } from '../rpc/rpc-connection.js';
import type { Handshake } from '../session/handshake.js';
import type { Principal } from '../session/principal.js';
import type { SessionSurroundings } from '../session/session.js';
import { Session } from '../session/session.js';
import type { UserPlace } from '../session/session.js';
import type { Transport } from '../outbound/transport.js';

/** The calls of a session, joined to its wire: a transport hands here what happens to it. */
export class SessionLink extends RpcConnection {
  constructor(
    session: Session,
    methods: MethodRegistry,
    surroundings: CallSurroundings,
    private readonly onEnd: (session: Session) => void,
  ) {
    super(session, methods, surroundings);
  }

  /** The peer sent a text frame. */
  received(text: string, bytes: number): void {
    const { counters } = this.surroundings;
    counters.framesReceived++;
    counters.bytesReceived += bytes;
    this.session.pulse.spoke = true;
    this.receive(text, bytes);
  }

  /** One ping or pong between two looks of the heartbeat is free; more are charged as frames that are no message. */
  pestered(): void {
    this.charge();
  }

  /** The wire can take bytes again. */
  drained(): void {
    this.session.drained();
  }

  /** The wire began to close by itself. */
  closing(by: 'server' | 'peer'): void {
    this.session.wireCloses(by);
  }

  /** The wire is gone. */
  ended(code: number, reason: string, wasClean: boolean): void {
    this.surroundings.counters.sessionsClosed++;
    this.onEnd(this.session);
    this.session.ended(code, reason, wasClean);
  }
}

export class SessionAcceptor {
  constructor(
    private readonly sessions: SessionRegistry,
    private readonly surroundings: SessionSurroundings,
    private readonly calls: CallSurroundings,
  ) {}

  /**
   * @param onEnd told when the wire is gone, before the listeners of the application are
   * @param principal who the session is from the beginning; null is anonymous
   * @param place what the user has for it already
   */
  accept(
    handshake: Handshake,
    transport: Transport,
    methods: MethodRegistry,
    onEnd: (session: Session) => void,
    principal: Principal | null = null,
    place?: UserPlace,
  ): SessionLink {
    const session = new Session(handshake, transport, this.surroundings);
    this.sessions.add(session);
    this.surroundings.counters.sessionsOpened++;
    const link = new SessionLink(session, methods, this.calls, onEnd);
    if (principal) session.signIn(principal, place).left.catch((refusal: unknown) => this.turnAway(session, refusal));
    return link;
  }

  /** A limit was reached only now, after the upgrade: an HTTP response comes too late. */
  private turnAway(session: Session, refusal: unknown): void {
    const isLimit = refusal instanceof RpcError && refusal.reason === 'TooManyRequests';
    session.close(isLimit ? Disconnect.ConnectionLimit : Disconnect.InternalError);
  }
}
