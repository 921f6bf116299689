/** `{ event, data }`, as @nestjs/platform-ws has it; ids travel in the data. */
import type { Dialect } from './dialect.js';

interface Message {
  readonly event?: unknown;
  readonly data?: { readonly id?: unknown; readonly result?: unknown };
}

const call = (id: number, event: string, params: unknown): string => JSON.stringify({ event, data: { id, params } });

export const NEST_EVENTS: Dialect = {
  path: '/ws',
  call,
  subscribe: (id, topic) => call(id, 'subscribe', { topics: [topic] }),
  readAnswer: (text) => {
    const { data } = JSON.parse(text) as Message;
    if (typeof data?.id !== 'number' || data.result === undefined) throw new Error(`Not a result: ${text}`);
    return { id: data.id, result: data.result };
  },
  readPush: (text) => {
    const { event, data } = JSON.parse(text) as Message;
    if (typeof event !== 'string') throw new Error(`Not a push: ${text}`);
    return { name: event, params: data };
  },
};
