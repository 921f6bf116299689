/** Finds guards, pipes, interceptors and filters that Nest would leave out in silence. */
import { EXCEPTION_FILTERS_METADATA, GUARDS_METADATA, INTERCEPTORS_METADATA, PIPES_METADATA } from '@nestjs/common/internal';
import type { ParamsMetadata } from './handler-params.js';
import type { ProviderMethod } from './provider-methods.js';
import { classOf } from './provider-methods.js';

const KINDS = [GUARDS_METADATA, PIPES_METADATA, INTERCEPTORS_METADATA, EXCEPTION_FILTERS_METADATA];

/**
 * Nest makes enhancers that are named by their class only for providers that are classes themselves. On a provider that a factory
 * made, or on a value, such a guard would never run.
 * @returns one sentence for each enhancer that would not run
 */
export function lostEnhancers(found: ProviderMethod, params: ParamsMetadata): string[] {
  const { injectables } = found.module;
  const named = [...KINDS.flatMap((kind) => enhancersOf(kind, found)), ...Object.values(params).flatMap(({ pipes }) => pipes as unknown[])];
  return [...new Set(named)]
    .filter((enhancer): enhancer is new () => object => typeof enhancer === 'function' && !injectables.has(enhancer))
    .map(
      ({ name }) =>
        `${found.origin}: ${name} would never run, because Nest makes it only for class providers; provide the class, or use an instance of ${name}`,
    );
}

/** What stands around a method by its decorators and those of its class. */
export function enhancersOf(kind: string, found: ProviderMethod): unknown[] {
  const owner = classOf(found);
  const ofClass = owner ? (Reflect.getMetadata(kind, owner) as unknown[] | undefined) : undefined;
  const ofMethod = Reflect.getMetadata(kind, found.method) as unknown[] | undefined;
  return [...(ofClass ?? []), ...(ofMethod ?? [])];
}
