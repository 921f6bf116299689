/** JSON-RPC 2.0, as nestjs-realtime, the plain `ws` loop and rpc-websockets speak it. */
import type { Dialect, WireAnswer, WirePush } from './dialect.js';

interface Message {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly notification?: unknown;
  readonly params?: unknown;
  readonly result?: unknown;
}

const call = (id: number, method: string, params: unknown): string => JSON.stringify({ jsonrpc: '2.0', id, method, params });

function readAnswer(text: string): WireAnswer {
  const { id, result } = JSON.parse(text) as Message;
  if (typeof id !== 'number' || result === undefined) throw new Error(`Not a result: ${text}`);
  return { id, result };
}

function pushOf(text: string, name: unknown, params: unknown): WirePush {
  if (typeof name !== 'string') throw new Error(`Not a push: ${text}`);
  return { name, params };
}

/** With topics as the contract of nestjs-realtime has them. */
export const JSON_RPC: Dialect = {
  path: '/ws',
  call,
  subscribe: (id, topic) => call(id, 'subscribe', { topics: [topic] }),
  readAnswer,
  readPush: (text) => {
    const { method, params } = JSON.parse(text) as Message;
    return pushOf(text, method, params);
  },
};

/** With the events of rpc-websockets, whose notifications are not those of the specification. */
export const RPC_WEBSOCKETS: Dialect = {
  path: '/',
  call,
  subscribe: (id, topic) => call(id, 'rpc.on', [topic]),
  readAnswer,
  readPush: (text) => {
    const { notification, params } = JSON.parse(text) as Message;
    return pushOf(text, notification, params);
  },
};
