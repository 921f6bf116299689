/** Types that describe a server, so that calls and pushes are checked by the compiler. Nothing checks them at run time. */
import type { CallOptions, Params } from 'nestjs-realtime-protocol';
import type { ServedCall } from './served-methods.js';

/**
 * What a server and its clients say to each other. All members are optional; one that is left out is not checked.
 *
 * `calls`: methods of the server, as functions: `'chat.send': (params: { room: string }) => { at: number }`.
 * `pushes`: notifications of the server, by their params. `serves`: methods that the server calls at the client, as functions.
 */
export interface RpcContract {
  readonly calls?: object;
  readonly pushes?: object;
  readonly serves?: object;
}

/** The contract of a client that names none: every method is allowed and every result is unknown. */
export interface UntypedContract {
  readonly calls: Readonly<Record<string, (params?: Params) => unknown>>;
  readonly pushes: Readonly<Record<string, unknown>>;
  readonly serves: Readonly<Record<string, (params: unknown) => unknown>>;
}

/** Pushes of the library itself; every server may send them. */
export interface LibraryPushes {
  /** The server sends this client away for good; close code 4500 follows. */
  readonly 'session.kicked': { readonly reason: string };
  /** The sign-in has run out; close code 4502 follows. */
  readonly 'session.expired': { readonly reason: string };
  /** The server goes away; the client comes back by itself after this long. */
  readonly 'session.shutdown': { readonly reason: string; readonly reconnectAfterMs: number };
}

export type CallsOf<C extends RpcContract> = C extends { readonly calls: infer T extends object } ? T : UntypedContract['calls'];
export type PushesOf<C extends RpcContract> = C extends { readonly pushes: infer T extends object } ? T : UntypedContract['pushes'];
/** Everything that a client may listen to by its method. */
export type AllPushesOf<C extends RpcContract> = PushesOf<C> & LibraryPushes;
export type ServesOf<C extends RpcContract> = C extends { readonly serves: infer T extends object } ? T : UntypedContract['serves'];

/** The names that a part of a contract has. */
export type NameOf<T extends object> = Extract<keyof T, string>;

type ParametersOf<F> = F extends (...args: infer P) => unknown ? P : never;

/** The params of one method. */
export type ParamsOf<F> = ParametersOf<F>[0];

/** The result of one method. */
export type ResultOf<F> = F extends (...args: never) => infer R ? Awaited<R> : never;

/** What stands behind the name of a method in a call; params that may be absent may be left out. */
export type CallArguments<F> =
  [] extends ParametersOf<F>
    ? readonly [params?: ParamsOf<F>, options?: CallOptions]
    : readonly [params: ParamsOf<F>, options?: CallOptions];

/** What stands behind the name of a method in a notification. */
export type NotifyArguments<F> = [] extends ParametersOf<F> ? readonly [params?: ParamsOf<F>] : readonly [params: ParamsOf<F>];

/** A function of the client that the server may call. */
export type ServedFunction<F> = (params: ParamsOf<F>, call: ServedCall) => ResultOf<F> | Promise<ResultOf<F>>;
