/** Our server of the handlers suite. With `protected` as last argument, sign-in, rate limits and metrics are on. */
import type { ModuleMetadata } from '@nestjs/common';
import { Module, UseGuards, UseInterceptors } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { MessageBody } from '@nestjs/websockets';
import type { RealtimeOptions } from 'nestjs-realtime';
import { AuthenticatedGuard, RealtimeModule, RpcGateway, RpcMethod, StaticTokenAuthenticator } from 'nestjs-realtime';
import { RealtimePrometheusModule } from 'nestjs-realtime/prometheus';
import { BENCH_OPTIONS } from '../bench.module.js';
import { ORDERS_TOKEN, PROTECTED } from '../orders/orders-token.js';
import { Order } from '../orders/order.dto.js';
import type { Tallies } from '../orders/order-enhancers.js';
import { OrderGuard, OrderInterceptor, OrderTally } from '../orders/order-enhancers.js';
import { ORDER_SCHEMA } from '../orders/order.schema.js';
import type { SchemaOrder } from '../orders/order.schema.js';
import type { Receipt } from '../orders/receipt.js';
import { receiptOf } from '../orders/receipt.js';

@RpcGateway('order')
class OrderMethods {
  constructor(private readonly tally: OrderTally) {}

  @RpcMethod()
  bare(@MessageBody() order: SchemaOrder): Receipt {
    return receiptOf(order);
  }

  @RpcMethod()
  @UseGuards(OrderGuard)
  guard(@MessageBody() order: SchemaOrder): Receipt {
    return receiptOf(order);
  }

  @RpcMethod()
  @UseInterceptors(OrderInterceptor)
  interceptor(@MessageBody() order: SchemaOrder): Receipt {
    return receiptOf(order);
  }

  @RpcMethod()
  dto(@MessageBody() order: Order): Receipt {
    return order.receipt();
  }

  @RpcMethod()
  schema(@MessageBody({ schema: ORDER_SCHEMA }) order: SchemaOrder): Receipt {
    return receiptOf(order);
  }

  @RpcMethod()
  @UseGuards(OrderGuard)
  @UseInterceptors(OrderInterceptor)
  all(@MessageBody() order: Order): Receipt {
    return order.receipt();
  }

  @RpcMethod('tally')
  tallies(): Tallies {
    return this.tally.read();
  }
}

/** So much that nothing is refused: what is measured is the checking. */
const PLENTY = Object.freeze({ capacity: 1e9, refillPerSec: 1e6 });

const isProtected = process.argv.at(-1) === PROTECTED;
const protections: RealtimeOptions = isProtected
  ? {
      auth: { authenticator: new StaticTokenAuthenticator({ [ORDERS_TOKEN]: { userId: 'ada' } }), queryToken: 'token' },
      rate: { session: PLENTY, user: PLENTY, address: PLENTY, strikes: PLENTY },
    }
  : {};
const protectors: Required<Pick<ModuleMetadata, 'imports' | 'providers'>> = isProtected
  ? { imports: [RealtimePrometheusModule.forRoot()], providers: [{ provide: APP_GUARD, useClass: AuthenticatedGuard }] }
  : { imports: [], providers: [] };

class OrdersModule {}
Module({
  imports: [RealtimeModule.forRoot({ ...BENCH_OPTIONS, ...protections, isGlobal: true }), ...protectors.imports],
  providers: [OrderMethods, OrderTally, ...protectors.providers],
})(OrdersModule);

const app = await NestFactory.create(OrdersModule, { logger: ['error', 'warn'] });
await app.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? '127.0.0.1');
console.log(`listening on ${await app.getUrl()}`);
