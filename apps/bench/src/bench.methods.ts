/** What the load calls. `subscribe` is the library's own. */
import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import { IsInt, IsString, Min } from 'class-validator';
import { HubService, RpcGateway, RpcMethod, Session } from 'nestjs-realtime';
import type { ServerStats } from './servers/server-stats.js';
import { serverStats } from './servers/server-stats.js';

class PublishOrder {
  @IsString()
  topic!: string;

  /** Pushes to send within one tick. */
  @IsInt()
  @Min(0)
  count!: number;

  /** Characters of padding in each push. */
  @IsInt()
  @Min(0)
  size!: number;
}

@RpcGateway()
export class BenchMethods {
  constructor(private readonly hub: HubService) {}

  @RpcMethod()
  echo(@MessageBody() params: unknown): unknown {
    return params;
  }

  /** The pushes carry the topic's name as method and `{ seq, pad }` as params, `seq` from 0. @returns how many were sent */
  @RpcMethod('bench.publish')
  async publish(@MessageBody() { topic, count, size }: PublishOrder): Promise<number> {
    const pad = 'x'.repeat(size);
    const sent: Promise<unknown>[] = [];
    for (let seq = 0; seq < count; seq++) sent.push(this.hub.pushToTopic(topic, topic, { seq, pad }));
    await Promise.all(sent);
    return count;
  }

  @RpcMethod('bench.signIn')
  async signIn(@MessageBody('userId') userId: string, @ConnectedSocket() session: Session): Promise<void> {
    await session.login({ userId });
  }

  @RpcMethod('bench.stats')
  stats(): ServerStats {
    return serverStats(this.hub.stats().sessions.open);
  }
}
