'use client';
/** Calls a method of the server from a component. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { CallOptions } from 'nestjs-realtime-protocol';
import type { CallArguments, CallsOf, NameOf, ResultOf, RpcContract } from '../calls/contract.js';
import { useRealtimeClient } from './realtime-provider.js';

export interface CallState<R> {
  /** What the last call that succeeded gave; undefined before the first. */
  readonly data: R | undefined;
  /** What the last call failed with; undefined if it succeeded or is under way. */
  readonly error: Error | undefined;
  /** A call is under way. */
  readonly isPending: boolean;
}

/** The state of the last call, and the function that makes one. */
export interface CallView<F> extends CallState<ResultOf<F>> {
  /**
   * Makes a call. Answers to earlier ones no longer change the state; when the component is unmounted, calls under way are taken back.
   * The function stays the same between renderings. Its promise settles as that of `client.call()`, and nobody has to await it.
   */
  readonly call: (...args: WithoutSignal<CallArguments<F>>) => Promise<ResultOf<F>>;
}

type WithoutSignal<A extends readonly unknown[]> = A extends readonly [params: infer P, options?: CallOptions]
  ? readonly [params: P, options?: Omit<CallOptions, 'signal'>]
  : readonly [params?: A[0], options?: Omit<CallOptions, 'signal'>];

/** The hook, for the methods of a contract. */
export type UseCallOf<C extends RpcContract> = <M extends NameOf<CallsOf<C>>>(method: M) => CallView<CallsOf<C>[M]>;

const NO_CALL: CallState<unknown> = { data: undefined, error: undefined, isPending: false };

type AnyCall = (params?: never, options?: Omit<CallOptions, 'signal'>) => Promise<unknown>;

export function useCallOf(method: string): CallState<unknown> & { readonly call: AnyCall } {
  const client = useRealtimeClient();
  const [state, setState] = useState(NO_CALL);
  const latest = useRef<AbortController>(undefined);
  const running = useRef(new Set<AbortController>()).current;
  useEffect(
    () => () => {
      latest.current = undefined;
      for (const controller of running) controller.abort();
      setState(NO_CALL);
    },
    [client, method, running],
  );
  const call = useCallback<AnyCall>(
    (params, options) => {
      const controller = new AbortController();
      latest.current = controller;
      running.add(controller);
      setState(({ data }) => ({ data, error: undefined, isPending: true }));
      const settle = (outcome: Partial<CallState<unknown>>): void => {
        running.delete(controller);
        if (latest.current === controller) setState(({ data }) => ({ data, error: undefined, ...outcome, isPending: false }));
      };
      const answer = client.call(method, params, { ...options, signal: controller.signal });
      answer.then(
        (data) => settle({ data }),
        (error: Error) => settle({ error }),
      );
      return answer;
    },
    [client, method, running],
  );
  return { ...state, call };
}
