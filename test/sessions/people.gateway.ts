/** A small application whose sessions sign in as whoever they say they are. */
import type { RpcCall, Session, SessionEnd } from 'nestjs-realtime';
import { Public, RpcGateway, RpcMethod } from 'nestjs-realtime';

export interface SignIn {
  readonly userId: string;
  readonly platform?: string;
}

@RpcGateway()
@Public()
export class PeopleGateway {
  /** Every session that ever opened, in order. */
  readonly sessions: Session[] = [];
  /** How sessions ended, in order. */
  readonly ends: SessionEnd[] = [];

  handleConnection(session: Session): void {
    this.sessions.push(session);
  }

  handleDisconnect(_session: Session, end: SessionEnd): void {
    this.ends.push(end);
  }

  @RpcMethod()
  async signIn(who: SignIn, { session }: RpcCall): Promise<string | undefined> {
    await session.login(who);
    return session.principal?.userId;
  }

  @RpcMethod()
  async signOut(_params: unknown, { session }: RpcCall): Promise<void> {
    await session.logout();
  }

  /** The session's own id, so that a test can look it up. */
  @RpcMethod()
  sessionId(_params: unknown, { session }: RpcCall): string {
    return session.id;
  }

  @RpcMethod()
  topics(_params: unknown, { session }: RpcCall): string[] {
    return [...session.topics];
  }

  @RpcMethod()
  echo(params: unknown): unknown {
    return params;
  }
}
