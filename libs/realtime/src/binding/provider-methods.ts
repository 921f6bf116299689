/** Finds methods of providers by the metadata that a decorator left on them. */
import type { MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { InstanceWrapper, Module } from '@nestjs/core/internal';

/** A method of a provider, and where the provider lives. */
export interface ProviderMethod {
  readonly moduleKey: string;
  readonly module: Module;
  readonly wrapper: InstanceWrapper<object>;
  readonly methodName: string;
  /** The function that carries the metadata. */
  readonly method: (...args: never[]) => unknown;
  /** As `ChatGateway.send`, for messages to the developer. */
  readonly origin: string;
}

/** Every method of every provider and controller, each once; inherited ones included. */
export function* providerMethods(modules: ModulesContainer, scanner: MetadataScanner): Generator<ProviderMethod, void, undefined> {
  for (const [moduleKey, module] of modules.entries()) {
    for (const wrapper of [...module.providers.values(), ...module.controllers.values()] as InstanceWrapper<object>[]) {
      // An alias stands for a provider that is met under its own token.
      if (wrapper.isAlias) continue;
      const prototype = prototypeOf(wrapper);
      if (!prototype) continue;
      for (const methodName of scanner.getAllMethodNames(prototype)) {
        const method = (prototype as Record<string, unknown>)[methodName];
        if (typeof method !== 'function') continue;
        const origin = `${ownerName(wrapper)}.${methodName}`;
        yield { moduleKey, module, wrapper, methodName, method: method as ProviderMethod['method'], origin };
      }
    }
  }
}

/** The prototype that the methods stand on; undefined for values that are no objects of a class. */
export function prototypeOf(wrapper: InstanceWrapper<object>): object | undefined {
  const { instance } = wrapper;
  if (typeof instance === 'object' && (instance as object | null) !== null) {
    const prototype = Object.getPrototypeOf(instance) as object | null;
    return prototype === Object.prototype ? undefined : (prototype ?? undefined);
  }
  if (wrapper.isNotMetatype || typeof wrapper.metatype !== 'function') return undefined;
  return (wrapper.metatype as { prototype?: object }).prototype;
}

/** The class that a provider's class decorators were written on. */
export function classOf(found: ProviderMethod): object | undefined {
  const prototype = prototypeOf(found.wrapper);
  return prototype ? prototype.constructor : undefined;
}

function ownerName(wrapper: InstanceWrapper<object>): string {
  const owner = wrapper.isNotMetatype ? wrapper.instance.constructor : wrapper.metatype;
  return owner?.name ?? String(wrapper.name);
}
