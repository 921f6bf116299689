/** What this library promises beyond the specification, or more exactly than it. */
import type { Requirement } from './requirement.js';

export const LIBRARY_RULES = {
  C1: {
    source: 'this library',
    rule: 'A text frame holds one JSON value: a request, a notification, a response to a call of ours, or a batch.',
  },
  C2: {
    source: 'this library',
    rule: 'An id comes back with the same digits: a number that a double cannot hold is echoed as it was sent, never rounded.',
  },
  C3: {
    source: 'this library',
    rule: '`id: null` is a request and is answered with `id: null`; clients use it to keep connections alive.',
  },
  C4: { source: 'this library', rule: '0, "" and negative numbers are ordinary ids.' },
  C5: { source: 'this library', rule: '1 and "1" are two ids, and so are 1 and 1.0: ids are compared by their characters.' },
  C6: { source: 'this library', rule: 'A message without the member `id` is a notification and is never answered.' },
  C7: { source: 'this library', rule: 'A value that is neither a message nor a batch is answered with -32600 and `id: null`.' },
  C8: { source: 'this library', rule: 'Text that is not JSON is answered with -32700 and `id: null`; the session stays open.' },
  C9: { source: 'this library', rule: 'Params that are neither an array, an object nor absent are -32600.' },
  C10: { source: 'this library', rule: 'A handler that returns undefined answers `result: null`.' },
  C11: { source: 'this library', rule: 'A batch is answered with one array once all of its items are done.' },
  C12: { source: 'this library', rule: 'A batch of notifications is answered with nothing at all.' },
  C13: { source: 'this library', rule: 'The empty batch is one -32600.' },
  C14: { source: 'this library', rule: 'Arrays inside a batch are invalid items.' },
  C15: {
    source: 'this library',
    rule: 'A batch may hold `limits.batchItems` items (50 by default); one more makes it one -32600 with `data.maxBatchItems`.',
  },
  C16: { source: 'this library', rule: 'Every item of a batch counts against rate limits.' },
  C17: {
    source: 'this library',
    rule: 'A response is matched to our call by session and id, is used once and is never answered; one that fits no call changes nothing.',
  },
  C18: { source: 'this library', rule: 'An application that registers a name which begins with `rpc.` or `$/` does not start.' },
  C19: { source: 'this library', rule: 'An application that registers a name twice at one path does not start.' },
  C20: { source: 'this library', rule: '`constructor`, `toString`, `__proto__` and the like are unknown methods, -32601.' },
  C21: {
    source: 'this library',
    rule: 'JSON nested deeper than `limits.jsonDepth` (64 by default) is -32600 before anything walks it.',
    choice: 'Such a frame is not parsed, so its id stays unread and the answer has `id: null`; with unbalanced brackets it is -32700.',
  },
  C22: {
    source: 'this library',
    rule: 'A member `__proto__` in params never reaches a prototype, however it is written.',
    choice: 'Params that hold one are refused with -32602.',
  },
  C23: { source: 'this library', rule: 'The reply to `subscribe` is on the wire before the first push that the subscription causes.' },
  C24: {
    source: 'this library',
    rule: 'The subprotocol is none, `jsonrpc` or `jsonrpc.batch`: the first of the two that the client offers, in its order, is echoed; others are passed over.',
  },
  C25: { source: 'RFC 6455 §7.4.1', rule: 'A binary frame closes the connection with 1003.' },
  C26: { source: 'this library', rule: 'An error object has `code` and `message`, may have `reason` and `data`, and nothing else.' },
  C27: { source: 'this library', rule: 'An HttpException leaves with the code and the reason that the error table gives for its status.' },
  C28: { source: 'this library', rule: 'A WsException and an RpcError leave with what they say: code, message and data.' },
  C29: { source: 'this library', rule: 'InvalidParams says in `data.errors` which paths broke which rules.' },
  C30: { source: 'this library', rule: 'TooManyRequests says in `data.retryAfterMs` when to come again.' },
  C31: {
    source: 'this library',
    rule: 'Anything else that is thrown is -32603 with `data.errorId`; the log has the same id, the wire nothing of the message or the stack.',
  },
  C32: { source: 'this library', rule: "A code of the application's own within -32768..-32000 leaves as -32603." },
  C33: {
    source: 'LSP 3.17',
    rule: '`$/cancelRequest { id }` fires the signal of that call, which is answered with -32800; unknown ids and those of other sessions are ignored.',
  },
  C34: { source: 'MCP 2025-11-25', rule: '`notifications/cancelled { requestId }` means the same.' },
  C35: {
    source: 'this library',
    rule: 'A request whose id is still being served in the same session is refused with -32600; the id null may repeat.',
  },
  C36: { source: 'RFC 6455 §8.1', rule: 'Text that is not UTF-8 closes the connection with 1007.' },
  C37: { source: 'RFC 6455 §7.4.1', rule: 'A frame over `limits.frameBytes` (64 KiB by default) closes the connection with 1009.' },
} as const satisfies Record<string, Requirement>;
