/**
 * What one node said over the broker, to be said again as bytes that were built beforehand: so a node can be given more than any publisher
 * of its own kind could send. Whatever the servers say to each other, it is taken as they say it.
 */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { connect as connectNats } from '@nats-io/transport-node';
import { Redis } from 'ioredis';
import type { Broker } from './broker.js';

/** The stream of @socket.io/redis-streams-adapter. */
const STREAM = 'socket.io';
/** The adapter's own bound, as in its commands. */
const STREAM_LENGTH = ['MAXLEN', '~', '10000'];

export class Recording implements AsyncDisposable {
  private constructor(
    private readonly socket: Socket,
    private readonly bytes: Buffer,
  ) {}

  /**
   * @param about what is in every message that counts
   * @param publish lets a node publish `count` messages, and settles when all have been delivered
   */
  static async take(broker: Broker, about: string, count: number, publish: () => Promise<void>): Promise<Recording> {
    const commands = broker.kind === 'redis' ? await fromRedis(broker, about, publish) : await fromNats(broker, about, publish);
    if (commands.length !== count) throw new Error(`${count} messages were published, ${commands.length} passed the broker`);
    const socket = connect({ port: broker.port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    // What the broker answers is of no interest; it must be read all the same.
    socket.on('data', (bytes: Buffer) => {
      if (broker.kind === 'nats' && bytes.includes('PING')) socket.write('PONG\r\n');
    });
    if (broker.kind === 'nats') socket.write('CONNECT {"verbose":false,"pedantic":false}\r\n');
    return new Recording(socket, Buffer.concat(commands));
  }

  play(): void {
    this.socket.write(this.bytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
  }
}

async function fromRedis({ url }: Broker, about: string, publish: () => Promise<void>): Promise<Buffer[]> {
  const heard: Buffer[] = [];
  const listener = new Redis(url);
  const asker = new Redis(url);
  try {
    await listener.psubscribe('*');
    listener.on('pmessageBuffer', (_pattern: Buffer, channel: Buffer, message: Buffer) => {
      if (message.includes(about)) heard.push(redisCommand(['PUBLISH', channel, message]));
    });
    const [last] = await asker.xrevrange(STREAM, '+', '-', 'COUNT', 1);
    await publish();
    // Everything that was published before has come in when this is answered.
    await listener.ping();
    const entries = await asker.xrangeBuffer(STREAM, last ? `(${last[0]}` : '-', '+');
    for (const [, fields] of entries) {
      if (fields.some((field) => field.includes(about))) heard.push(redisCommand(['XADD', STREAM, ...STREAM_LENGTH, '*', ...fields]));
    }
    return heard;
  } finally {
    listener.disconnect();
    asker.disconnect();
  }
}

async function fromNats({ url }: Broker, about: string, publish: () => Promise<void>): Promise<Buffer[]> {
  const heard: Buffer[] = [];
  const listener = await connectNats({ servers: url });
  try {
    listener.subscribe('>', {
      callback: (_fault, { subject, data }) => {
        const message = Buffer.from(data);
        if (message.includes(about)) heard.push(Buffer.from(`PUB ${subject} ${message.length}\r\n`), message, Buffer.from('\r\n'));
      },
    });
    await listener.flush();
    await publish();
    await listener.flush();
    return Array.from({ length: heard.length / 3 }, (_, index) => Buffer.concat(heard.slice(3 * index, 3 * index + 3)));
  } finally {
    await listener.close();
  }
}

/** @see https://redis.io/docs/latest/develop/reference/protocol-spec/ */
function redisCommand(words: readonly (string | Buffer)[]): Buffer {
  const parts = words.flatMap((word) => [Buffer.from(`$${Buffer.byteLength(word)}\r\n`), Buffer.from(word), Buffer.from('\r\n')]);
  return Buffer.concat([Buffer.from(`*${words.length}\r\n`), ...parts]);
}
