import { StorageType, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { NodeStatus } from 'nestjs-realtime';
import { Relay } from '../client/relay.js';
import { Broker, freePort } from '../support/brokers.js';
import { eventually } from '../support/eventually.js';
import { TestCluster, heard } from './cluster-node.js';
import { EngineRig } from './engines.js';

/** Servers take seconds to choose a leader. */
const PATIENT = { timeoutMs: 30_000 };

/** Three servers that are one. */
async function startThree(): Promise<Broker[]> {
  const routes = [await freePort(), await freePort(), await freePort()];
  return Promise.all(
    routes.map((port, index) =>
      Broker.start('nats', {
        args: [
          ...['--server_name', `s${index}`, '--cluster_name', 'three', '--cluster', `nats://127.0.0.1:${port}`],
          ...['--routes', routes.map((route) => `nats://127.0.0.1:${route}`).join(',')],
        ],
      }),
    ),
  );
}

const isReady = (cluster: TestCluster): boolean[] =>
  cluster.nodes.map(({ app }) => {
    const status = app.get(NodeStatus, { strict: false }).read().cluster;
    return status?.isConnected === true && status.isInRoster;
  });

describe('Three NATS servers', () => {
  let servers: Broker[];
  let rig: EngineRig;

  beforeEach(async () => {
    servers = await startThree();
    let next = 0;
    rig = EngineRig.natsOf(() => {
      const urls = servers.map(({ url }) => url);
      const first = next++ % urls.length;
      return [...urls.slice(first), ...urls.slice(0, first)];
    });
  }, 30_000);
  afterEach(async () => {
    await rig[Symbol.asyncDispose]();
    for (const server of servers) await server[Symbol.asyncDispose]();
  });

  it('lose the one that keeps the roster, and the nodes are one again', async () => {
    const connection = await connect({ servers: servers[0]?.url ?? '' });
    const manager = await eventually(async () => {
      const candidate = await jetstreamManager(connection);
      await candidate.streams.add({ name: 'first', subjects: ['first'], num_replicas: 3, storage: StorageType.Memory });
      return candidate;
    }, PATIENT);
    await manager.streams.delete('first');
    await using cluster = await TestCluster.start(rig, 3, { nodeHeartbeatMs: 1_000 });
    const peers = [await cluster.connect(0), await cluster.connect(1), await cluster.connect(2)];
    for (const peer of peers) await peer.result('subscribe', { topics: ['t'] });
    const [roster] = await manager.streams.list().next();
    const keeper = servers[Number(roster?.cluster?.leader?.slice(1))];
    if (!keeper) throw new Error('Nobody keeps the roster');
    await connection.close();

    const startedAtMs = performance.now();
    await keeper.stop();
    await eventually(async () => {
      await cluster.hub(0).pushToTopic('t', 'after');
      for (const peer of peers) if (heard(peer, 'after').length === 0) throw new Error('Nothing came');
    });
    const pushedMs = performance.now() - startedAtMs;
    // A node can come into the roster only when the servers have chosen another to keep it.
    await eventually(() => cluster.add(), PATIENT);
    await cluster.whole();
    await eventually(() => expect(isReady(cluster)).toEqual([true, true, true, true]), PATIENT);
    const wholeMs = performance.now() - startedAtMs;
    if (process.env.SHOW) console.log({ pushedMs, wholeMs });
    expect([pushedMs < 5_000, wholeMs < 20_000]).toEqual([true, true]);
    for (const peer of peers) expect(peer.socket.readyState).toBe(peer.socket.OPEN);
  }, 120_000);
});

describe('A NATS server', () => {
  it('that gives up a reader who is too slow is connected to again, and what was lost is counted', async () => {
    await using broker = await Broker.start('nats', { config: ['max_pending: 2MB', 'write_deadline: "1s"'] });
    await using relay = await Relay.to(broker.port);
    await using rig = await EngineRig.nats(broker, [broker.port, relay.port]);
    await using cluster = await TestCluster.start(rig, 2);
    const far = await cluster.connect(1);
    await far.result('subscribe', { topics: ['t'] });
    await cluster.hub(0).pushToTopic('t', 'before');
    await far.push('before');
    const gaps = await cluster.metric('realtime_topic_gaps_total', 'bus');
    relay.mute();
    const big = 'x'.repeat(500_000);
    // More than the buffers on the way take.
    for (let n = 0; n < 40; n++) await cluster.hub(0).pushToTopic('t', 'big', { big });
    relay.thaw();
    await eventually(async () => {
      await cluster.hub(0).pushToTopic('t', 'again');
      if (heard(far, 'again').length === 0) throw new Error('Nothing came');
    });
    expect(heard(far, 'big').length).toBeLessThan(40);
    expect(await cluster.metric('realtime_topic_gaps_total', 'bus')).toBe(gaps + 1);
  });

  it('refuses a push that is larger than it takes, which says so, and carries the next', async () => {
    await using rig = await EngineRig.nats();
    await using cluster = await TestCluster.start(rig, 2, {}, { outbound: { maxBytes: 4_000_000 } });
    const [near, far] = [await cluster.connect(0), await cluster.connect(1)];
    const pushed = cluster.hub(0).broadcast('big', { big: 'x'.repeat(1_000_000), more: 'ä'.repeat(100_000) });
    await expect(pushed).rejects.toMatchObject({
      code: 'CLUSTER_BUS',
      reached: 1,
      message: expect.stringContaining('Publishing over NATS'),
    });
    await near.push('big');
    await cluster.hub(0).broadcast('small');
    await far.push('small');
    expect(heard(far, 'big')).toEqual([]);
  });

  it('that was started five times and has forgotten everything has the roster again, and no consumers', async () => {
    await using broker = await Broker.start('nats');
    await using rig = await EngineRig.nats(broker);
    await using cluster = await TestCluster.start(rig, 2);
    const far = await cluster.connect(1);
    await far.result('subscribe', { topics: ['t'] });
    const connection = await connect({ servers: broker.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    const count = async (): Promise<unknown> => {
      const manager = await jetstreamManager(connection);
      const streams = await manager.streams.list().next();
      const names = streams.map(({ config }) => config.name.replace(/^.*_1_/u, '')).sort();
      return [names, streams.reduce((sum, { state }) => sum + state.consumer_count, 0)];
    };
    await eventually(async () => expect(await count()).toEqual([expect.arrayContaining(['nodes']), 0]));
    for (let round = 0; round < 5; round++) {
      await broker.stop();
      broker.forget();
      await broker.start();
    }
    await eventually(async () => {
      await cluster.hub(0).pushToTopic('t', 'again');
      if (heard(far, 'again').length === 0) throw new Error('Nothing came');
    });
    await eventually(async () => expect(await count()).toEqual([expect.arrayContaining(['nodes']), 0]));
    await cluster.whole();
    await connection.close();
  }, 40_000);

  it('that is frozen is not sent more than a bound', async () => {
    await using broker = await Broker.start('nats');
    await using relay = await Relay.to(broker.port);
    await using rig = await EngineRig.nats(broker, relay.port);
    const ignored = { onMessage: () => undefined, onLost: () => undefined, onBack: () => undefined };
    const { bus, close } = await (await rig.engine()).connect(ignored);
    relay.swallow();
    const text = 'x'.repeat(1_000_000);
    const refused = async (): Promise<number> => {
      const results = await Promise.allSettled(Array.from({ length: 40 }, () => bus.publish('x', text)));
      return results.filter((result) => result.status === 'rejected' && (result.reason as Error).message.includes('too slow')).length;
    };
    expect(await refused()).toBeGreaterThanOrEqual(7);
    // What has timed out is still in the socket's buffer.
    expect(await refused()).toBeGreaterThanOrEqual(30);
    relay.cut();
    await close();
  });
});
