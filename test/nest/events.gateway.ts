/** A gateway as teams have it already, with everything that Nest lets a handler return. */
import { ArgumentsHost, Catch, Injectable, ParseIntPipe, UseFilters, UseGuards, UseInterceptors, UsePipes } from '@nestjs/common';
import type { CallHandler, ExceptionFilter, ExecutionContext, NestInterceptor, PipeTransform } from '@nestjs/common';
import { Ack, ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import type { WsResponse } from '@nestjs/websockets';
import { Session } from 'nestjs-realtime';
import { EMPTY, Observable, concat, delay, from, map, of, throwError } from 'rxjs';

/** Names of the streams that were closed. */
export const closed: string[] = [];

@Injectable()
class ResultGuard {
  canActivate(context: ExecutionContext): boolean {
    return context.switchToWs().getData<{ pass?: boolean } | undefined>()?.pass !== false;
  }
}

class Doubling implements PipeTransform<number, number> {
  transform(value: number): number {
    return value * 2;
  }
}

class Wrapping implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((value: WsResponse<unknown>) => ({ event: value.event, data: { wrapped: value.data } })));
  }
}

@Catch(WsException)
class Telling implements ExceptionFilter {
  catch(error: WsException, host: ArgumentsHost): Error {
    return new WsException({ status: 409, message: `${error.message} in ${host.switchToWs().getPattern()}` });
  }
}

@WebSocketGateway({ cors: true, transports: ['websocket'] })
export class EventsGateway {
  @SubscribeMessage('undecorated')
  undecorated(client: Session, data: unknown): unknown {
    return { isSession: client instanceof Session, data, count: arguments.length };
  }

  @SubscribeMessage('decorated')
  decorated(@MessageBody('id', ParseIntPipe) id: number, @ConnectedSocket() client: Session): unknown {
    return { id, isSession: client instanceof Session };
  }

  @SubscribeMessage('value')
  value(): number {
    return 42;
  }

  @SubscribeMessage('nothing')
  nothing(): void {}

  @SubscribeMessage('promise')
  async promise(@MessageBody() data: unknown): Promise<unknown> {
    return data;
  }

  @SubscribeMessage('response')
  response(@MessageBody() data: unknown): WsResponse<unknown> {
    return { event: 'events', data };
  }

  @SubscribeMessage('response.later')
  async responseLater(@MessageBody() data: unknown): Promise<WsResponse<unknown>> {
    return { event: 'events', data };
  }

  @SubscribeMessage('response.empty')
  responseEmpty(): WsResponse<undefined> {
    return { event: 'events', data: undefined };
  }

  @SubscribeMessage('lookalike')
  lookalike(): unknown {
    return { event: 7, data: 'not a response' };
  }

  @SubscribeMessage('stream')
  stream(): Observable<WsResponse<number>> {
    return from([1, 2, 3]).pipe(map((data) => ({ event: 'events', data })));
  }

  @SubscribeMessage('stream.later')
  async streamLater(): Promise<Observable<WsResponse<object>>> {
    return concat(of({ event: 'a', data: { n: 1 } }), of({ event: 'b', data: [2] }).pipe(delay(5)), of({ event: 'c', data: { n: 3 } }));
  }

  @SubscribeMessage('stream.values')
  streamValues(): Observable<number> {
    return of(1, 2, 3);
  }

  @SubscribeMessage('stream.empty')
  streamEmpty(): Observable<never> {
    return EMPTY;
  }

  @SubscribeMessage('stream.fails')
  streamFails(): Observable<unknown> {
    return concat(
      of({ event: 'events', data: 1 }, { event: 'events', data: 2 }),
      throwError(() => new WsException({ status: 404, message: 'end' })),
    );
  }

  @SubscribeMessage('stream.broken')
  streamBroken(): Observable<unknown> {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    return new Observable((subscriber) => {
      subscriber.next({ event: 'events', data: cycle });
      subscriber.next({ event: 'events', data: 10n });
      subscriber.next({ event: 'events', data: 3 });
      subscriber.complete();
      return () => closed.push('broken');
    });
  }

  @SubscribeMessage('stream.endless')
  streamEndless(): Observable<unknown> {
    return new Observable((subscriber) => {
      subscriber.next({ event: 'tick', data: { n: 1 } });
      subscriber.next({ event: 'tick', data: { n: 2 } });
      return () => closed.push('endless');
    });
  }

  @SubscribeMessage('ack')
  ack(@MessageBody() data: unknown, @Ack() ack: (value: unknown) => void): void {
    setImmediate(() => ack({ acknowledged: data }));
  }

  @SubscribeMessage('ack.at.once')
  ackAtOnce(@Ack() ack: (value: unknown) => void): void {
    ack('first');
    ack('second');
  }

  @SubscribeMessage('throws')
  throws(): void {
    throw new WsException('no');
  }

  @SubscribeMessage('guarded')
  @UseGuards(ResultGuard)
  guarded(): string {
    return 'passed';
  }

  @SubscribeMessage('piped')
  @UsePipes(Doubling)
  piped(@MessageBody('n') n: number): number {
    return n;
  }

  @SubscribeMessage('intercepted')
  @UseInterceptors(Wrapping)
  intercepted(): WsResponse<string> {
    return { event: 'events', data: 'inner' };
  }

  @SubscribeMessage('filtered')
  @UseFilters(new Telling())
  filtered(): void {
    throw new WsException('twice');
  }
}
