/** One path with its own set of methods. It is also what `@WebSocketServer()` gives Nest's own gateways. */
import type { IncomingMessage } from 'node:http';
import type { PathPattern } from './path-pattern.js';
import { MethodRegistry } from '../rpc/method-registry.js';
import type { Session } from '../session/session.js';

/** Told of every session that opens at an endpoint. */
export type ConnectListener = (session: Session, request: IncomingMessage) => void;

export class RpcEndpoint {
  readonly methods = new MethodRegistry();
  /** The sessions of this path until their connection is gone; those that are closing are among them. */
  readonly clients: ReadonlySet<Session>;
  private readonly sessions = new Set<Session>();
  private readonly listeners: ConnectListener[] = [];

  /** @param onFault told what a listener threw */
  constructor(
    readonly pattern: PathPattern,
    readonly port: number,
    private readonly onFault: (fault: unknown, session: Session) => void,
  ) {
    this.clients = this.sessions;
  }

  /** Tells the listener of every session that opens from now on. What it throws is logged. */
  onConnect(listener: ConnectListener): void {
    this.listeners.push(listener);
  }

  /** One function for all sessions, so that a connection costs no closure. @internal */
  readonly ended = (session: Session): void => void this.sessions.delete(session);

  /** @internal */
  opened(session: Session, request: IncomingMessage): void {
    this.sessions.add(session);
    for (const listener of this.listeners) {
      try {
        listener(session, request);
      } catch (fault) {
        // Survived: one gateway's hook must not cost the process or the other gateways.
        this.onFault(fault, session);
      }
    }
  }
}
