/** A small server for the client's tests, and its contract. */
import type { RpcContext } from 'nestjs-realtime';
import { RpcContext as CurrentCall, RpcError, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import { Session, TopicPolicy } from 'nestjs-realtime';
import type { TopicRequest } from 'nestjs-realtime';

/** What the client's tests may say to the server. */
export interface ChatContract {
  calls: {
    echo: (params?: object) => unknown;
    'sign-in': (params: { userId: string }) => { ok: true };
    whoami: () => string | null;
    refuse: () => never;
    wait: () => string;
    aborted: () => number;
  };
  pushes: { 'chat.message': { text: string } };
  serves: { 'client.add': (params: readonly number[]) => number };
}

@RpcGateway()
export class ChatServer {
  private abortedCalls = 0;

  @RpcMethod()
  echo(params: unknown): unknown {
    return params;
  }

  @RpcMethod('sign-in')
  async signIn(@MessageBody('userId') userId: string, @ConnectedSocket() session: Session): Promise<{ ok: true }> {
    if (userId === 'nobody') throw RpcError.of('Unauthorized', 'Nobody by that name');
    await session.login({ userId });
    return { ok: true };
  }

  @RpcMethod()
  whoami(@ConnectedSocket() session: Session): string | null {
    return session.principal?.userId ?? null;
  }

  @RpcMethod()
  refuse(): never {
    throw RpcError.of('Conflict', 'Not twice', { tries: 2 });
  }

  /** Answers when nobody waits any more, which is too late. */
  @RpcMethod()
  wait(@CurrentCall() { signal }: RpcContext): Promise<string> {
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        this.abortedCalls += 1;
        resolve('too late');
      });
    });
  }

  @RpcMethod()
  aborted(): number {
    return this.abortedCalls;
  }

  @TopicPolicy('private:*')
  mayListen({ principal, wildcards }: TopicRequest): boolean {
    return principal?.userId === wildcards[0];
  }
}
