/** Watches modules that are loaded when the app is up already. What they would serve came too late. */
import type { LazyModuleLoader } from '@nestjs/core';
import { isServed } from '../binding/method-explorer.js';
import type { NestParts } from '../binding/nest-parts.js';
import { isNestGateway } from '../binding/place.js';
import type { ProviderMethod } from '../binding/provider-methods.js';
import { providerMethods } from '../binding/provider-methods.js';
import { RealtimeConfigError } from '../rules/option-rules.js';
import { TOPIC_POLICY_METADATA } from '../topics/topic-policy.decorator.js';
import { TOPIC_SNAPSHOT_METADATA } from '../topics/topic-snapshot.decorator.js';

/**
 * From now on `load()` rejects for a module that brings methods, policies or gateways: methods would not exist, and topics whose policy is
 * missing would be open by the default, all in silence. Modules that bring none are loaded as ever.
 */
export function refuseLateMethods(loader: LazyModuleLoader, { modules, scanner }: NestParts): void {
  const known = new Set(modules.keys());
  const load = loader.load.bind(loader);
  loader.load = async (...args) => {
    const reference = await load(...args);
    // Handlers may load what is there already with every call.
    if (modules.size === known.size) return reference;
    const late = new Set<string>();
    for (const found of providerMethods(modules, scanner)) if (!known.has(found.moduleKey) && isOurs(found)) late.add(found.origin);
    if (late.size > 0) throw new RealtimeConfigError([sentence([...late])]);
    for (const key of modules.keys()) known.add(key);
    return reference;
  };
}

function isOurs(found: ProviderMethod): boolean {
  return isServed(found) || isAboutTopics(found.method) || isNestGateway(found);
}

function isAboutTopics(method: object): boolean {
  return [TOPIC_POLICY_METADATA, TOPIC_SNAPSHOT_METADATA].some((key) => Reflect.hasMetadata(key, method));
}

function sentence(origins: readonly string[]): string {
  return `${origins.join(', ')}: came with a module that was loaded when the app was up; sessions know what was there when it started. Import the module, or load it before`;
}
