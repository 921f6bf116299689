/** Finds the RPC methods of an app, binds them, and refuses names that cannot be served. */
import { MESSAGE_MAPPING_METADATA, MESSAGE_METADATA } from '@nestjs/websockets/internal';
import type { BuiltinMethod } from 'nestjs-realtime-protocol';
import { MAX_TIMER_MS, isReservedMethod } from 'nestjs-realtime-protocol';
import { BUILTIN_METHOD_METADATA, EXCLUSIVE_BUILTINS } from '../rpc/builtin-method.decorator.js';
import type { RegisteredMethod } from '../rpc/method-registry.js';
import type { RpcGatewayMetadata } from '../rpc/rpc-gateway.decorator.js';
import { RPC_GATEWAY_METADATA } from '../rpc/rpc-gateway.decorator.js';
import type { RpcMethodMetadata } from '../rpc/rpc-method.decorator.js';
import { RPC_METHOD_METADATA } from '../rpc/rpc-method.decorator.js';
import { BUILTIN_RESULT } from './handler-result.js';
import type { GatewayHook } from './gateway-hooks.js';
import { gatewayHookOf } from './gateway-hooks.js';
import type { HandlerBinder } from './handler-binder.js';
import type { NestParts } from './nest-parts.js';
import type { Place } from './place.js';
import { isNestGateway, nestGatewayPlace, ownerMetadata, rpcGatewayPlace } from './place.js';
import type { ProviderMethod } from './provider-methods.js';
import { providerMethods } from './provider-methods.js';
import { WS_RESPONSE_RESULT } from './subscribe-message.js';

/** A method of the app, and where it wants to be served. */
export interface FoundMethod {
  readonly place: Place;
  readonly method: RegisteredMethod;
  /** The name of the module that provides it, for messages to the developer. */
  readonly module: string;
}

/** Everything that an app serves. */
export interface Exploration {
  readonly methods: readonly FoundMethod[];
  /** The library's own; every path serves them under the names of the options. */
  readonly builtins: readonly { readonly which: BuiltinMethod; readonly method: RegisteredMethod }[];
  /** Gateways that want to know of sessions. */
  readonly hooks: readonly GatewayHook[];
  /** What is wrong, one sentence for each fault. */
  readonly faults: readonly string[];
}

export class MethodExplorer {
  private readonly methods: FoundMethod[] = [];
  private readonly builtins: { which: BuiltinMethod; method: RegisteredMethod }[] = [];
  private readonly hooks: GatewayHook[] = [];
  private readonly faults: string[] = [];

  constructor(
    private readonly nest: NestParts,
    private readonly binder: HandlerBinder,
  ) {}

  /** Finds and binds everything; once, at boot. */
  async explore(): Promise<Exploration> {
    for (const found of providerMethods(this.nest.modules, this.nest.scanner)) {
      if (isServed(found)) await this.nest.scoped.adopt(found.wrapper);
      this.addRpcMethod(found);
      this.addSubscribeMessage(found);
      this.addBuiltin(found);
      this.addHook(found);
    }
    return { methods: this.methods, builtins: this.builtins, hooks: this.hooks, faults: this.faults };
  }

  private addRpcMethod(found: ProviderMethod): void {
    const metadata = Reflect.getMetadata(RPC_METHOD_METADATA, found.method) as RpcMethodMetadata | undefined;
    if (!metadata) return;
    const gateway = ownerMetadata<RpcGatewayMetadata>(found, RPC_GATEWAY_METADATA);
    for (const name of unknownNames(metadata, ['name', 'timeoutMs', 'exclusive'])) {
      this.faults.push(`${found.origin}: @RpcMethod() has the options timeoutMs and exclusive, and no ${name}`);
    }
    for (const name of unknownNames(gateway ?? {}, ['prefix', 'path'])) {
      this.faults.push(`${found.origin}: @RpcGateway() has the option path, and no ${name}`);
    }
    const own = metadata.name ?? found.methodName;
    const name = gateway?.prefix ? `${gateway.prefix}.${own}` : own;
    const timeoutMs = metadata.timeoutMs ?? 0;
    if (!Number.isInteger(timeoutMs) || timeoutMs < 0 || timeoutMs > MAX_TIMER_MS) {
      this.faults.push(`${found.origin}: timeoutMs must be an integer within 0..${MAX_TIMER_MS}, got ${String(metadata.timeoutMs)}`);
    }
    if (own === '')
      this.faults.push(`${found.origin}: @RpcMethod() needs a name that is not empty; without one it takes that of the method`);
    if (isReservedMethod(name)) {
      this.faults.push(`${found.origin}: the name ${name} belongs to the library (rpc.*, $/* and notifications/cancelled are reserved)`);
    }
    const handle = this.binder.bind(found, 'rpc-method', this.faults);
    const isExclusive = metadata.exclusive ?? false;
    const method = { name, origin: found.origin, timeoutMs, isExclusive, metadata: metadataOf(found), handle };
    this.methods.push({ place: rpcGatewayPlace(found), method, module: found.module.name });
  }

  private addSubscribeMessage(found: ProviderMethod): void {
    if (Reflect.getMetadata(MESSAGE_MAPPING_METADATA, found.method) === undefined) return;
    if (!isNestGateway(found)) return;
    if (found.wrapper.isNotMetatype) {
      this.faults.push(
        `${found.origin}: Nest does not see a @WebSocketGateway() that is no class provider; provide the class, or use @RpcGateway()`,
      );
      return;
    }
    const name: unknown = Reflect.getMetadata(MESSAGE_METADATA, found.method);
    if (typeof name !== 'string' || name === '' || isReservedMethod(name)) {
      const needed = 'a name that is a string, not empty and not reserved';
      this.faults.push(`${found.origin}: @SubscribeMessage() needs ${needed}, got ${JSON.stringify(name)}`);
      return;
    }
    const handle = this.binder.bind(found, 'subscribe-message', this.faults, WS_RESPONSE_RESULT);
    this.methods.push({
      place: nestGatewayPlace(found),
      method: { name, origin: found.origin, timeoutMs: 0, metadata: metadataOf(found), handle },
      module: found.module.name,
    });
  }

  private addBuiltin(found: ProviderMethod): void {
    const which = Reflect.getMetadata(BUILTIN_METHOD_METADATA, found.method) as BuiltinMethod | undefined;
    if (which === undefined) return;
    const handle = this.binder.bind(found, 'builtin', this.faults, BUILTIN_RESULT);
    const isExclusive = EXCLUSIVE_BUILTINS.has(which);
    this.builtins.push({ which, method: { name: which, origin: found.origin, timeoutMs: 0, isExclusive, handle } });
  }

  private addHook(found: ProviderMethod): void {
    const hook = gatewayHookOf(found, this.nest.scoped);
    if (hook) this.hooks.push(hook);
  }
}

function unknownNames(options: object, known: readonly string[]): string[] {
  return Object.keys(options).filter((name) => !known.includes(name));
}

/** What is written on the method goes before what is written on its class. */
function metadataOf(found: ProviderMethod): (key: string) => unknown {
  return (key) => (Reflect.getMetadata(key, found.method) as unknown) ?? ownerMetadata<unknown>(found, key);
}

/** True if the method may be called by peers. */
export function isServed({ method }: ProviderMethod): boolean {
  return [RPC_METHOD_METADATA, MESSAGE_MAPPING_METADATA, BUILTIN_METHOD_METADATA].some((key) => Reflect.hasMetadata(key, method));
}
