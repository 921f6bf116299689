/** What stands around handlers besides Nest's enhancers: put on once, at boot, so that calls without any pay nothing. */
import type { MethodHandler, RegisteredMethod } from './method-registry.js';

/** Makes a handler that does something around another one; returns and throws what that one does. */
export type HandlerWrap = (handler: MethodHandler, method: RegisteredMethod) => MethodHandler;

export class HandlerWraps {
  private readonly wraps: HandlerWrap[] = [];

  /** Has an effect only before the app has started. */
  add(wrap: HandlerWrap): void {
    this.wraps.push(wrap);
  }

  /** The same method with everything around its handler; the last wrap is the outermost. */
  around(method: RegisteredMethod): RegisteredMethod {
    if (this.wraps.length === 0) return method;
    return { ...method, handle: this.wraps.reduce((handler, wrap) => wrap(handler, method), method.handle) };
  }
}
