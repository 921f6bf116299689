import { ClientConfigError } from '../base/client-config-error.js';

/** What the client needs of a WebSocket. The browser's own fits, and so does the one of the package `ws`. */
export interface WebSocketLike {
  /** 1 while frames can be sent. */
  readonly readyState: number;
  /** Bytes that were given to `send` and have not left yet. */
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { readonly code: number; readonly reason: string }) => void): void;
  addEventListener(type: 'error', listener: (event: object) => void): void;
}

/** The `readyState` in which frames can be sent. @see WHATWG WebSockets, ready states */
export const OPEN = 1;

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

/** @param given what the options name @returns it, or the runtime's own @throws {ClientConfigError} if there is neither */
export function webSocketOf(given: WebSocketConstructor | undefined): WebSocketConstructor {
  const found = given ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
  if (found) return found;
  throw new ClientConfigError(['this runtime has no WebSocket: pass the option webSocket, for example the one of the package ws']);
}
