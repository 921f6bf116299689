/** Engine.IO 4 and Socket.IO 5 packets as text frames. @see https://socket.io/docs/v4/socket-io-protocol/ */
import type { Dialect } from './dialect.js';

const ENGINE_OPEN = '0';
const CONNECT = '40';
const EVENT = '42';
const ACK = '43';

const call = (id: number, event: string, params: unknown): string => `${EVENT}${id}${JSON.stringify([event, params ?? {}])}`;

export const SOCKET_IO: Dialect = {
  path: '/socket.io/?EIO=4&transport=websocket',
  greet: async (socket) => {
    await socket.nextText((text) => text.startsWith(ENGINE_OPEN));
    socket.send(CONNECT);
    await socket.nextText((text) => text.startsWith(CONNECT));
  },
  call,
  subscribe: (id, topic) => call(id, 'subscribe', { topics: [topic] }),
  readAnswer: (text) => {
    const start = text.indexOf('[');
    if (!text.startsWith(ACK) || start === -1) throw new Error(`Not an acknowledgement: ${text}`);
    const [result] = JSON.parse(text.slice(start)) as unknown[];
    return { id: Number(text.slice(ACK.length, start)), result };
  },
  readPush: (text) => {
    if (!text.startsWith(EVENT)) throw new Error(`Not an event: ${text}`);
    const [name, params] = JSON.parse(text.slice(EVENT.length)) as [string, unknown];
    return { name, params };
  },
};
