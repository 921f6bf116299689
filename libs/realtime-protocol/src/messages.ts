/** The shapes that travel on the wire. @see https://www.jsonrpc.org/specification */

/** Any value that JSON can carry. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [member: string]: JsonValue };

/** What `params` may be: by name or by position. @see JSON-RPC 2.0 §4.2 */
export type Params = object | readonly unknown[];

/** An id as the peer sent it. A number that a double cannot hold arrives here as a string of its digits. */
export type RequestId = string | number | null;

/** The `error` member of a response. @see JSON-RPC 2.0 §5.1 */
export interface ErrorObject {
  /** An integer; -32768..-32000 belong to the protocol and to this library. */
  readonly code: number;
  /** One sentence for people. */
  readonly message: string;
  /** A stable word for programs, such as `Unauthorized`. Peers that speak plain JSON-RPC leave it out. */
  readonly reason?: string;
  /** Details whose shape depends on the code. */
  readonly data?: unknown;
}

/** A request or, when `idText` is undefined, a notification. */
export interface Call {
  readonly kind: 'call';
  readonly method: string;
  readonly params: Params | undefined;
  /** The id as JSON text with the very digits that were received; undefined for a notification. */
  readonly idText: string | undefined;
  /** For a notification that takes a request back: the id of that request as JSON text, with the digits that were received. */
  readonly cancels?: string;
  /** For a notification that was pushed to a topic: which one. */
  readonly topic?: string;
  /** Its place in the topic's history, if the topic keeps one. */
  readonly offset?: number;
}

/** The peer's answer to a request of ours. */
export interface Answer {
  readonly kind: 'answer';
  readonly id: RequestId | undefined;
  readonly result: unknown;
  readonly error: unknown;
  readonly failed: boolean;
}

/** A value that is neither of the above; it is answered with an error unless it was a notification. */
export interface Invalid {
  readonly kind: 'invalid';
  readonly error: ErrorObject;
  /** The id to answer with, as JSON text; undefined when nothing may be answered. */
  readonly idText: string | undefined;
}

export type Message = Call | Answer | Invalid;

/** What one text frame holds. */
export type ParsedFrame = Message | { readonly kind: 'batch'; readonly items: readonly Message[] };
