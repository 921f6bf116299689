import { Redis } from 'ioredis';
import { ClusterBusError } from 'nestjs-realtime';
import type { EngineConnection } from 'nestjs-realtime';
import { Relay } from '../client/relay.js';
import { Broker } from '../support/brokers.js';
import { eventually } from '../support/eventually.js';
import { EngineRig } from './engines.js';

describe('The bus over Redis', () => {
  let broker: Broker;
  let relay: Relay;
  let rig: EngineRig;
  let admin: Redis;
  let connection: EngineConnection;
  const received: string[] = [];

  beforeEach(async () => {
    broker = await Broker.start('redis');
    relay = await Relay.to(broker.port);
    rig = await EngineRig.redis(broker, relay.port);
    admin = new Redis(broker.port, '127.0.0.1');
    received.length = 0;
    const engine = await rig.engine({ prefix: 'p' });
    connection = await engine.connect({
      onMessage: (channel, text) => void received.push(`${channel} ${text}`),
      onLost: () => undefined,
      onBack: () => undefined,
    });
  });
  afterEach(async () => {
    relay.thaw();
    await connection.close();
    admin.disconnect();
    await rig[Symbol.asyncDispose]();
    await relay[Symbol.asyncDispose]();
  });

  const nameOf = (channel: string): string => `p:1:${channel}`;
  const listeners = async (channel: string): Promise<unknown> => (await admin.pubsub('NUMSUB', nameOf(channel)))[1];

  it('takes a channel for confirmed by the answer to its own wish only', async () => {
    const { bus } = connection;
    relay.mute();
    const first = bus.listen('a');
    await eventually(async () => expect(await listeners('a')).toBe(1));
    relay.gag();
    bus.ignore('a');
    await expect(first).rejects.toBeInstanceOf(ClusterBusError);
    let isConfirmed = false;
    const second = bus.listen('a').then(() => (isConfirmed = true));
    // It comes after the answer to the first wish; the second has not left yet, and the server may hear that the channel was left before.
    await admin.publish(nameOf('a'), 'marker');
    await eventually(() => expect(received).toEqual(['a marker']));
    expect(isConfirmed).toBe(false);
    relay.thaw();
    await second;
    expect(await listeners('a')).toBe(1);
  });

  it('confirms nothing while it is out of reach, and what was wanted as soon as it is back', async () => {
    const { bus } = connection;
    await bus.listen('kept');
    await broker.stop();
    await eventually(() => expect(bus.listen('kept')).rejects.toBeInstanceOf(ClusterBusError));
    for (let attempt = 0; attempt < 3; attempt++) {
      await expect(bus.listen('kept')).rejects.toBeInstanceOf(ClusterBusError);
      await expect(bus.listen('new')).rejects.toBeInstanceOf(ClusterBusError);
    }
    await broker.start();
    await eventually(async () => expect([await listeners('kept'), await listeners('new')]).toEqual([1, 1]));
    await bus.listen('new');
  });

  it('passes nothing on that was on its way when the channel was left', async () => {
    const { bus } = connection;
    await bus.listen('left');
    await bus.listen('kept');
    relay.mute();
    await admin.publish(nameOf('left'), 'late');
    await admin.publish(nameOf('kept'), 'marker');
    bus.ignore('left');
    relay.thaw();
    await eventually(() => expect(received).toEqual(['kept marker']));
  });

  it('ends as it was wished last, over any interleaving of wishes and answers', async () => {
    const { bus } = connection;
    // Numbers that look random, and are the same in every run.
    let seed = 7;
    const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const channels = ['a', 'b', 'c', 'd', 'e'];
    const wanted = new Set<string>();
    let pending: Promise<unknown> = Promise.resolve();
    for (let step = 0; step < 10_000; step++) {
      const channel = channels[next(channels.length)] ?? '';
      if (next(2) === 0) {
        wanted.add(channel);
        pending = bus.listen(channel).catch(() => undefined);
      } else {
        wanted.delete(channel);
        bus.ignore(channel);
      }
      if (next(4) === 0) await Promise.resolve();
      if (next(8) === 0) await new Promise((resolve) => setImmediate(resolve));
      if (next(50) === 0) await pending;
      if (next(2_000) === 0) await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    }
    await eventually(async () => {
      for (const channel of channels) expect([channel, await listeners(channel)]).toEqual([channel, wanted.has(channel) ? 1 : 0]);
    });
    for (const channel of wanted) await bus.listen(channel);
  });

  it('keeps no more than a bound of what a frozen server does not take', async () => {
    relay.swallow();
    const text = 'x'.repeat(1_000_000);
    const publish = async (): Promise<string[]> => {
      const results = await Promise.allSettled(Array.from({ length: 40 }, () => connection.bus.publish('x', text)));
      return results.map((result) => (result.status === 'rejected' ? (result.reason as Error).message : 'taken'));
    };
    const isRefused = (answer: string): boolean => answer.includes('too slow');
    const first = await publish();
    // What has timed out is still in the socket's buffer.
    const second = await publish();
    expect([first.includes('taken'), second.includes('taken')]).toEqual([false, false]);
    expect(first.filter(isRefused).length).toBeGreaterThanOrEqual(7);
    expect(second.filter(isRefused).length).toBeGreaterThanOrEqual(30);
  });
});
