/** The handlers suite on Nest's own WebSocket adapter: the same guard, interceptor, DTO and schema, and Nest's own pipes. */
import { Module, StandardSchemaValidationPipe, UseGuards, UseInterceptors, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import type { WsResponse } from '@nestjs/websockets';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Order } from '../orders/order.dto.js';
import type { Tallies } from '../orders/order-enhancers.js';
import { OrderGuard, OrderInterceptor, OrderTally } from '../orders/order-enhancers.js';
import { ORDER_SCHEMA } from '../orders/order.schema.js';
import type { SchemaOrder } from '../orders/order.schema.js';
import type { Receipt } from '../orders/receipt.js';
import { receiptOf } from '../orders/receipt.js';

interface Call<P> {
  readonly id: number;
  readonly params: P;
}

interface Answer<R> {
  readonly id: number;
  readonly result: R;
}

/** Only the params are validated: the id is the protocol's business, and costs this server no more than it must. */
const VALIDATION = new ValidationPipe({ transform: true, whitelist: true });

@WebSocketGateway({ path: '/ws' })
class OrderGateway {
  constructor(private readonly tally: OrderTally) {}

  @SubscribeMessage('order.bare')
  bare(@MessageBody() { id, params }: Call<SchemaOrder>): WsResponse<Answer<Receipt>> {
    return { event: 'order.bare', data: { id, result: receiptOf(params) } };
  }

  @SubscribeMessage('order.guard')
  @UseGuards(OrderGuard)
  guard(@MessageBody() { id, params }: Call<SchemaOrder>): WsResponse<Answer<Receipt>> {
    return { event: 'order.guard', data: { id, result: receiptOf(params) } };
  }

  @SubscribeMessage('order.interceptor')
  @UseInterceptors(OrderInterceptor)
  interceptor(@MessageBody() { id, params }: Call<SchemaOrder>): WsResponse<Answer<Receipt>> {
    return { event: 'order.interceptor', data: { id, result: receiptOf(params) } };
  }

  @SubscribeMessage('order.dto')
  dto(@MessageBody('id') id: number, @MessageBody('params', VALIDATION) order: Order): WsResponse<Answer<Receipt>> {
    return { event: 'order.dto', data: { id, result: order.receipt() } };
  }

  @SubscribeMessage('order.schema')
  schema(
    @MessageBody('id') id: number,
    @MessageBody('params', { schema: ORDER_SCHEMA, pipes: [new StandardSchemaValidationPipe()] }) order: SchemaOrder,
  ): WsResponse<Answer<Receipt>> {
    return { event: 'order.schema', data: { id, result: receiptOf(order) } };
  }

  @SubscribeMessage('order.all')
  @UseGuards(OrderGuard)
  @UseInterceptors(OrderInterceptor)
  all(@MessageBody('id') id: number, @MessageBody('params', VALIDATION) order: Order): WsResponse<Answer<Receipt>> {
    return { event: 'order.all', data: { id, result: order.receipt() } };
  }

  @SubscribeMessage('order.tally')
  tallies(@MessageBody() { id }: Call<undefined>): WsResponse<Answer<Tallies>> {
    return { event: 'order.tally', data: { id, result: this.tally.read() } };
  }
}

@Module({ providers: [OrderGateway, OrderTally] })
class OrdersModule {}

const app = await NestFactory.create(OrdersModule, { logger: ['error', 'warn'] });
app.useWebSocketAdapter(new WsAdapter(app));
await app.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? '127.0.0.1');
console.log(`listening on ${await app.getUrl()}`);
