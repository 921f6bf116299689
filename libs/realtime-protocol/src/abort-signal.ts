/** What a signal can do that fires when somebody gives up. */
interface BareAbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** The AbortSignal of the runtime, and what it can do where the compiler knows neither browsers nor Node. */
export type AnyAbortSignal = typeof globalThis extends { readonly AbortSignal: { readonly prototype: infer Signal } }
  ? Signal
  : BareAbortSignal;
