/** The signal of a call, whose listeners are the application's: one that throws must not end the process. */
import { promiseOf } from '../observe/promise-of.js';

type Listener = Parameters<AbortSignal['addEventListener']>[1] | null;
type Add = (type: string, listener: Listener, options?: boolean | object) => void;
type Remove = (type: string, listener: Listener, options?: boolean | object) => void;

/**
 * Node rethrows what a listener of an `EventTarget` throws, or its promise rejects with, as an uncaught exception. Here every listener is called by one that
 * catches; it is a real signal all the same, for `fetch`, `AbortSignal.any()` and `events.once()`. What throws on a signal that is derived from it is not caught.
 * @param onFault told what a listener threw
 */
export function survivingSignal({ signal }: AbortController, onFault: (fault: unknown) => void): AbortSignal {
  // By listener, so that adding twice and removing mean the same as without.
  const wrappers = new WeakMap<object, (event: Event) => void>();
  const wrapperOf = (listener: NonNullable<Listener>): ((event: Event) => void) => {
    let wrapper = wrappers.get(listener);
    if (!wrapper) {
      wrapper = (event) => {
        try {
          const result: unknown = typeof listener === 'function' ? listener.call(signal, event) : listener.handleEvent(event);
          promiseOf(result)?.catch(onFault);
        } catch (fault) {
          onFault(fault);
        }
      };
      wrappers.set(listener, wrapper);
    }
    return wrapper;
  };
  const isListener = (listener: Listener): listener is NonNullable<Listener> =>
    typeof listener === 'function' || (typeof listener === 'object' && listener !== null);
  const add = signal.addEventListener.bind(signal) as Add;
  const remove = signal.removeEventListener.bind(signal) as Remove;
  // `onabort` is set through here as well.
  const guarded = {
    addEventListener: ((type, listener, options) =>
      add(type, isListener(listener) ? wrapperOf(listener) : listener, options)) satisfies Add,
    removeEventListener: ((type, listener, options) =>
      remove(type, (isListener(listener) && wrappers.get(listener)) || listener, options)) satisfies Remove,
  };
  return Object.assign(signal, guarded);
}
