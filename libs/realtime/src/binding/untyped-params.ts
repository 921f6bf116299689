/** Finds params that no class can be validated for, because the compiler did not write their type down. */
import { Logger } from '@nestjs/common';
import { appHasRules } from '../validation/dto-validation.pipe.js';
import type { ProviderMethod } from './provider-methods.js';

export class UntypedParams {
  /** Handlers of classes that were compiled without decorator metadata, as esbuild does it. */
  private readonly unwritten = new Set<string>();
  /** What is written of arrays, interfaces, unions, and of classes that are imported as types only. */
  private readonly vague = new Set<string>();

  /** @param type of the parameter, as the compiler wrote it down */
  note({ origin }: ProviderMethod, type: unknown): void {
    if (type === undefined) this.unwritten.add(origin);
    else if (type === Object || type === Array) this.vague.add(origin);
  }

  /** One warning for all, at boot; none for an app that has no classes with rules. */
  warn(): void {
    if (!appHasRules()) return;
    const sentences = [
      sentence(
        this.unwritten,
        'no types of parameters; compile with decorator metadata (emitDecoratorMetadata, or what your compiler has for it)',
      ),
      sentence(this.vague, 'only Object or Array for params; name a class, import it as a value and not as a type, or take a schema'),
    ].filter((text) => text !== undefined);
    if (sentences.length === 0) return;
    new Logger('RealtimeModule').warn(
      `Params that are not validated. ${sentences.join('. ')}. { validation: { warnUntyped: false } } keeps this warning silent`,
    );
  }
}

function sentence(origins: ReadonlySet<string>, what: string): string | undefined {
  return origins.size === 0 ? undefined : `The compiler wrote down for ${[...origins].join(', ')} ${what}`;
}
