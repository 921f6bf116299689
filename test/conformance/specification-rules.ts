/** What JSON-RPC 2.0 demands of a server, rule by rule. R: requests, N: notifications, S: responses, B: batches. */
import type { Requirement } from './requirement.js';

export const SPECIFICATION_RULES = {
  R1: {
    source: 'JSON-RPC 2.0 §4',
    rule: 'A request carries the member `jsonrpc` with exactly the string "2.0"; without it, or with anything else, it is invalid.',
    choice: 'The answer is -32600 with the id of the request, if that one can be read.',
  },
  R2: { source: 'JSON-RPC 2.0 §4', rule: 'The member `method` is a string.' },
  R3: {
    source: 'JSON-RPC 2.0 §4',
    rule: 'Names that begin with `rpc.` belong to the protocol: an application that registers one does not start.',
  },
  R4: {
    source: 'JSON-RPC 2.0 §4.2',
    rule: 'The member `params`, if it is there, is an array or an object; null and primitives are invalid.',
  },
  R5: { source: 'JSON-RPC 2.0 §4', rule: 'A request may leave `params` out.' },
  R6: {
    source: 'JSON-RPC 2.0 §4.2',
    rule: 'Params by position keep their order; params by name are found by their exact names, upper and lower case told apart.',
    choice: 'A name that a DTO needs and the params lack is -32602; without a DTO the handler decides.',
  },
  R7: {
    source: 'JSON-RPC 2.0 §4',
    rule: 'An `id`, if there is one, is a string, a number or null; anything else is an invalid request.',
    choice: 'Such a request is answered with `id: null`, never treated as a notification.',
  },
  R8: {
    source: 'JSON-RPC 2.0 §4',
    rule: 'An `id` should not be null.',
    choice: 'If it is, the message is a request like any other and is answered with `id: null`.',
  },
  R9: {
    source: 'JSON-RPC 2.0 §4',
    rule: 'A number as `id` should have no fraction.',
    choice: 'If it has one, it comes back with the same characters: 1.5, 1.0 and 1e2 stay what they are.',
  },
  R10: { source: 'JSON-RPC 2.0 §2', rule: 'Member names are told apart by case: `Method` is not `method`.' },
  R11: {
    source: 'JSON-RPC 2.0 §4',
    rule: 'The specification says nothing of further members of a request.',
    choice: 'They are ignored, except `result` and `error`: a value with one of them is an answer (S8).',
  },
  N1: {
    source: 'JSON-RPC 2.0 §4.1',
    rule: 'A notification is never answered: not for an unknown method, not for bad params, not when its handler throws, not inside a batch.',
    choice: 'Primitive params do not change that: a value with "2.0", a string as method and no id is a notification.',
  },
  N2: {
    source: 'JSON-RPC 2.0 §7',
    rule: 'An invalid value without an `id` is no notification: it is answered with -32600 and `id: null`.',
  },
  S1: { source: 'JSON-RPC 2.0 §5', rule: 'Every request is answered exactly once.' },
  S2: { source: 'JSON-RPC 2.0 §5', rule: 'Every response carries `jsonrpc: "2.0"`.' },
  S3: {
    source: 'JSON-RPC 2.0 §5',
    rule: 'A response carries either `result` or `error`, one of them and never both.',
    choice: 'A handler that returns nothing answers `result: null`.',
  },
  S4: {
    source: 'JSON-RPC 2.0 §5',
    rule: 'A response carries the `id` of its request, same type and same value; null where no id can be read.',
  },
  S5: {
    source: 'JSON-RPC 2.0 §5.1',
    rule: 'An error has an integer as `code` and a sentence as `message`; `data` may be left out.',
    choice: 'A further member `reason` holds a stable word for programs.',
  },
  S6: {
    source: 'JSON-RPC 2.0 §5.1',
    rule: 'The codes -32700, -32600, -32601, -32602 and -32603 mean what the specification says; the rest of -32768..-32000 is reserved.',
    choice: 'An error of the application with a reserved code that is not in our table leaves as -32603.',
  },
  S7: { source: 'JSON-RPC 2.0 §5.1', rule: "All other codes are the application's own and pass unchanged." },
  S8: {
    source: 'JSON-RPC 2.0 §5',
    rule: 'A value with `result` or `error` is a response; it is matched to a call of ours and never answered.',
  },
  B1: { source: 'JSON-RPC 2.0 §6', rule: 'An empty batch is answered with one error, -32600, and not with an array.' },
  B2: { source: 'JSON-RPC 2.0 §6', rule: 'A batch of n values that are no requests is answered with an array of n errors.' },
  B3: { source: 'JSON-RPC 2.0 §6', rule: 'A batch that is not valid JSON is answered with one error, -32700, and not with an array.' },
  B4: { source: 'JSON-RPC 2.0 §6', rule: 'A batch is answered with one array when all of its items are done; the order in it is free.' },
  B5: { source: 'JSON-RPC 2.0 §6', rule: 'A batch that holds only notifications is not answered at all, not even with an empty array.' },
  B6: { source: 'JSON-RPC 2.0 §7', rule: 'In a mixed batch each item is treated as if it had come alone.' },
  B7: {
    source: 'JSON-RPC 2.0 §6',
    rule: 'Items of a batch may be served at the same time.',
    choice: 'They are: a slow or failing item does not hold up the others, nor later frames of the session.',
  },
  B8: {
    source: 'JSON-RPC 2.0 §6',
    rule: 'The specification says nothing of an id that occurs twice in a batch.',
    choice: 'Each item gets its own response; while the first is being served, the second one is -32600.',
  },
  B9: { source: 'JSON-RPC 2.0 §6', rule: 'A batch inside a batch is an invalid item.' },
  B10: {
    source: 'this library',
    rule: 'A batch with more than `limits.batchItems` items is refused as a whole, with one -32600 that says the limit in `data.maxBatchItems`.',
  },
} as const satisfies Record<string, Requirement>;
