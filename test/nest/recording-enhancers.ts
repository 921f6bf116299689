/** Guards, interceptors, pipes and filters that write down that they ran, in every scope that Nest has. */
import { Catch, Inject, Injectable, Scope } from '@nestjs/common';
import type {
  CallHandler,
  CanActivate,
  ExceptionFilter,
  ExecutionContext,
  NestInterceptor,
  PipeTransform,
  Provider,
  Type,
} from '@nestjs/common';
import { RpcError } from 'nestjs-realtime';
import { tap } from 'rxjs';
import type { Observable } from 'rxjs';

/** What ran, in order. */
@Injectable()
export class Journal {
  readonly lines: string[] = [];

  /** The lines since the last look. */
  take(): string[] {
    return this.lines.splice(0);
  }
}

/** A guard that lets everybody pass. */
export function guard(name: string, scope: Scope = Scope.DEFAULT): Type<CanActivate> {
  @Injectable({ scope })
  class RecordingGuard implements CanActivate {
    constructor(@Inject(Journal) private readonly journal: Journal) {}

    canActivate(): boolean {
      this.journal.lines.push(`guard ${name}`);
      return true;
    }
  }
  return RecordingGuard;
}

export function interceptor(name: string, scope: Scope = Scope.DEFAULT): Type<NestInterceptor> {
  @Injectable({ scope })
  class RecordingInterceptor implements NestInterceptor {
    constructor(@Inject(Journal) private readonly journal: Journal) {}

    intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
      this.journal.lines.push(`before ${name}`);
      return next.handle().pipe(tap({ complete: () => this.journal.lines.push(`after ${name}`) }));
    }
  }
  return RecordingInterceptor;
}

export function pipe(name: string, scope: Scope = Scope.DEFAULT): Type<PipeTransform> {
  @Injectable({ scope })
  class RecordingPipe implements PipeTransform {
    constructor(@Inject(Journal) private readonly journal: Journal) {}

    transform(value: unknown): unknown {
      this.journal.lines.push(`pipe ${name}`);
      return value;
    }
  }
  return RecordingPipe;
}

/** A filter for all errors, which answers with one of its own. */
export function filter(name: string, scope: Scope = Scope.DEFAULT): Type<ExceptionFilter> {
  @Catch()
  @Injectable({ scope })
  class RecordingFilter implements ExceptionFilter {
    constructor(@Inject(Journal) private readonly journal: Journal) {}

    catch(): never {
      this.journal.lines.push(`filter ${name}`);
      throw new RpcError(4242, `filtered by ${name}`);
    }
  }
  return RecordingFilter;
}

export const JOURNAL: Provider = Journal;

export const SCOPES = [
  ['default', Scope.DEFAULT],
  ['request', Scope.REQUEST],
  ['transient', Scope.TRANSIENT],
] as const;
