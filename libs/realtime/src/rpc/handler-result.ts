/** Brings whatever a handler returned to the one value that answers the call. */
import type { Observable } from 'rxjs';
import { isObservable, lastValueFrom } from 'rxjs';
import type { RpcCall } from './rpc-call.js';

/** Told every value but the last one. */
export type OnItem = (item: unknown) => void;

/** A value, a promise or an Observable, whose last value counts; it is unsubscribed when the call is given up. */
export async function settleResult(returned: unknown, call: RpcCall, onItem?: OnItem): Promise<unknown> {
  const value = await returned;
  return isObservable(value) ? lastValue(value, call, onItem) : value;
}

/** A yes or no that comes at once, as a promise or as an Observable, as Nest's guards answer. */
export async function settleDecision(returned: unknown): Promise<unknown> {
  const value = await returned;
  return isObservable(value) ? lastValueFrom(value, { defaultValue: false }) : value;
}

function lastValue(source: Observable<unknown>, call: RpcCall, onItem: OnItem | undefined): Promise<unknown> {
  const { signal } = call;
  return new Promise((resolve, reject) => {
    let last: { readonly item: unknown } | undefined;
    const subscription = source.subscribe({
      next: (item) => {
        if (last) onItem?.(last.item);
        last = { item };
      },
      error: (error: unknown) => {
        signal.removeEventListener('abort', onAbort);
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- passed on as the source raised it
        reject(error);
      },
      complete: () => {
        signal.removeEventListener('abort', onAbort);
        resolve(last?.item);
      },
    });
    function onAbort(): void {
      subscription.unsubscribe();
      reject(signal.reason as Error);
    }
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
