/** socket.io as one of many nodes. Arguments: the adapter and the address of Redis; without them it is alone. */
import { createAdapter as pubSubAdapter } from '@socket.io/redis-adapter';
import { createAdapter as streamsAdapter } from '@socket.io/redis-streams-adapter';
import { Redis } from 'ioredis';
import type { ServerOptions } from 'socket.io';
import { serveSocketIo } from '../servers/serve-socket-io.js';

const [adapter, url] = process.argv.slice(2);

function adapterAt(address: string): ServerOptions['adapter'] {
  const client = new Redis(address);
  // What this benchmark sends is text: the adapter need not look for bytes.
  if (adapter === 'streams') return streamsAdapter(client, { onlyPlaintext: true }) as ServerOptions['adapter'];
  return pubSubAdapter(client, client.duplicate()) as ServerOptions['adapter'];
}

serveSocketIo(url === undefined ? {} : { adapter: adapterAt(url) });
