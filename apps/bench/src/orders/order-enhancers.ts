/** What stands around the handlers of the handlers suite; the same code on every server. */
import type { CallHandler, CanActivate, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { tap } from 'rxjs';

/** How often each of them ran: the load compares it with the number of its calls. */
export interface Tallies {
  readonly guarded: number;
  readonly intercepted: number;
}

@Injectable()
export class OrderTally {
  guarded = 0;
  intercepted = 0;

  read(): Tallies {
    return { guarded: this.guarded, intercepted: this.intercepted };
  }
}

/** Refuses orders with a member `forbidden`. */
@Injectable()
export class OrderGuard implements CanActivate {
  constructor(private readonly tally: OrderTally) {}

  canActivate(context: ExecutionContext): boolean {
    this.tally.guarded++;
    const data = context.switchToWs().getData<{ readonly params?: object }>();
    // A message of platform-ws has the params beside its id.
    return !('forbidden' in (data.params ?? data));
  }
}

/** Counts what was answered, as interceptors that log or measure do. */
@Injectable()
export class OrderInterceptor implements NestInterceptor {
  constructor(private readonly tally: OrderTally) {}

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      tap(() => {
        this.tally.intercepted++;
      }),
    );
  }
}
