/** Where a connection stands, and why. */

export type ConnectionEndKind =
  /** `close()` was called. */
  | 'closed-here'
  /** The server said goodbye; `code` and `reason` are its words. */
  | 'closed-by-server'
  /** It broke without a goodbye, or the server went silent. */
  | 'lost'
  /** No connection was made: no network, no server, or the server refused the upgrade and the WebSocket does not say so. */
  | 'unreachable'
  /** The server refused the upgrade with `status`; only WebSockets that tell it, as that of `ws`. */
  | 'refused'
  /** The function given as `url` or `protocols` failed; `error` is what it threw. */
  | 'not-prepared'
  /** Opening, with everything that `onOpen` does, took longer than `connectTimeoutMs`. */
  | 'timed-out'
  /** `onOpen` failed; `error` is what it threw. */
  | 'sign-in-failed';

/** How a connection, or an attempt to make one, ended. */
export interface ConnectionEnd {
  readonly kind: ConnectionEndKind;
  /** One sentence for people. */
  readonly message: string;
  /** The status code of the close frame, if there was one. @see RFC 6455 §7.4 */
  readonly code?: number;
  /** The status of the HTTP response that refused the connection. */
  readonly status?: number;
  /** What the close frame said; often empty. */
  readonly reason?: string;
  readonly error?: unknown;
}

export type ConnectionState =
  /** `connect()` has not been called. */
  | { readonly name: 'idle' }
  /** A connection is being made; `attempt` counts from 1 since the last one that held. */
  | { readonly name: 'connecting'; readonly attempt: number }
  /** Calls and pushes flow. */
  | { readonly name: 'open' }
  /** The next attempt begins at `retryAtMs` (Unix time), or at once on `connect()`. */
  | {
      readonly name: 'waiting';
      readonly reason: ConnectionEnd;
      readonly attempt: number;
      readonly delayMs: number;
      readonly retryAtMs: number;
    }
  /** Nothing more happens until `connect()` is called. */
  | { readonly name: 'closed'; readonly reason: ConnectionEnd };

/** There is no connection to send on, and none is being made. What was to be sent was not sent. */
export class NotConnectedError extends Error {
  override readonly name = 'NotConnectedError';
  readonly code = 'NOT_CONNECTED';

  constructor(
    message: string,
    /** How the last connection ended. */
    readonly reason?: ConnectionEnd,
  ) {
    super(message, reason?.error === undefined ? undefined : { cause: reason.error });
  }

  /** Why nothing can be sent in this state. */
  static in(state: ConnectionState): NotConnectedError {
    if (state.name === 'closed') return new NotConnectedError(`Not connected: ${state.reason.message}`, state.reason);
    if (state.name === 'waiting') return new NotConnectedError(`Not connected at the moment: ${state.reason.message}`, state.reason);
    return new NotConnectedError(state.name === 'idle' ? 'Not connected: connect() has not been called' : 'Not connected yet');
  }
}

/** So much waits to leave already that nothing more is taken. What was to be sent was not sent. */
export class SendBufferFullError extends Error {
  override readonly name = 'SendBufferFullError';
  readonly code = 'SEND_BUFFER_FULL';
}
