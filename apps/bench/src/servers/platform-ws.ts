/** Nest's own WebSocket adapter. Its messages have no ids, so they travel in the data, as a team that needs answers does it. */
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import type { OnGatewayDisconnect, WsResponse } from '@nestjs/websockets';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway, WebSocketServer } from '@nestjs/websockets';
import type { Server } from 'ws';
import { WebSocket } from 'ws';
import type { Echo, Publish, Subscribe } from './calls.js';
import type { ServerStats } from './server-stats.js';
import { serverStats } from './server-stats.js';

interface Call<P> {
  readonly id: number;
  readonly params: P;
}

interface Answer<R> {
  readonly id: number;
  readonly result: R;
}

@WebSocketGateway({ path: '/ws' })
class PeerGateway implements OnGatewayDisconnect<WebSocket> {
  @WebSocketServer()
  private readonly server!: Server;
  private readonly topics = new Map<string, Set<WebSocket>>();

  handleDisconnect(socket: WebSocket): void {
    for (const members of this.topics.values()) members.delete(socket);
  }

  @SubscribeMessage('echo')
  echo(@MessageBody() { id, params }: Call<Echo>): WsResponse<Answer<Echo>> {
    return { event: 'echo', data: { id, result: params } };
  }

  @SubscribeMessage('subscribe')
  subscribe(@ConnectedSocket() socket: WebSocket, @MessageBody() { id, params }: Call<Subscribe>): WsResponse<Answer<unknown>> {
    for (const name of params.topics) {
      const members = this.topics.get(name) ?? new Set();
      this.topics.set(name, members.add(socket));
    }
    return { event: 'subscribe', data: { id, result: { subscribed: params.topics } } };
  }

  @SubscribeMessage('bench.publish')
  publish(@MessageBody() { id, params: { topic, count, size } }: Call<Publish>): WsResponse<Answer<number>> {
    const pad = 'x'.repeat(size);
    for (let seq = 0; seq < count; seq++) {
      const text = JSON.stringify({ event: topic, data: { seq, pad } });
      for (const member of this.topics.get(topic) ?? []) member.send(text);
    }
    return { event: 'bench.publish', data: { id, result: count } };
  }

  @SubscribeMessage('bench.stats')
  stats(@MessageBody() { id }: Call<undefined>): WsResponse<Answer<ServerStats>> {
    return { event: 'bench.stats', data: { id, result: serverStats(this.server.clients.size) } };
  }
}

@Module({ providers: [PeerGateway] })
class PeerModule {}

const app = await NestFactory.create(PeerModule, { logger: ['error', 'warn'] });
app.useWebSocketAdapter(new WsAdapter(app));
await app.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? '127.0.0.1');
console.log(`listening on ${await app.getUrl()}`);
