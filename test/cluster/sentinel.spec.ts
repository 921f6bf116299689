import { Redis } from 'ioredis';
import { NodeStatus } from 'nestjs-realtime';
import { Broker } from '../support/brokers.js';
import { eventually } from '../support/eventually.js';
import { TestCluster, heard } from './cluster-node.js';
import { EngineRig } from './engines.js';

/** Sentinel waits so long before it gives up a master. */
const DOWN_AFTER_MS = 1_000;

/** It looks for copies, and at masters that are back, every ten seconds. */
const PATIENT = { timeoutMs: 25_000 };

describe('Behind Sentinel', () => {
  it('a master that froze is left for its copy, and one that goes on again leads nobody astray', async () => {
    await using master = await Broker.start('redis');
    await using copy = await Broker.start('redis', { args: ['--replicaof', '127.0.0.1', `${master.port}`] });
    const config = [
      `sentinel monitor main 127.0.0.1 ${master.port} 1`,
      `sentinel down-after-milliseconds main ${DOWN_AFTER_MS}`,
      'sentinel failover-timeout main 10000',
    ];
    await using sentinel = await Broker.start('redis', { config, args: ['--sentinel'] });
    const admin = new Redis(sentinel.port, '127.0.0.1');
    await eventually(async () => {
      const [replica = []] = (await admin.call('SENTINEL', 'REPLICAS', 'main')) as string[][];
      if (!replica.includes(`${copy.port}`) || !replica.includes('ok')) throw new Error(`No copy yet: ${replica.join(' ')}`);
    }, PATIENT);
    await using rig = EngineRig.redisOf(
      () => new Redis({ sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: 'main', failoverDetector: true, lazyConnect: true }),
    );
    await using cluster = await TestCluster.start(rig, 2, { nodeHeartbeatMs: 1_000 });
    const far = await cluster.connect(1);
    await far.result('subscribe', { topics: ['t'] });
    const isReady = (): boolean[] =>
      cluster.nodes.map(({ app }) => {
        const status = app.get(NodeStatus, { strict: false }).read().cluster;
        return status?.isConnected === true && status.isInRoster;
      });

    const startedAtMs = performance.now();
    process.kill(master.pid, 'SIGSTOP');
    try {
      await eventually(async () => {
        await cluster.hub(0).pushToTopic('t', 'after');
        if (heard(far, 'after').length === 0) throw new Error('Nothing came');
      });
      const healedMs = performance.now() - startedAtMs;
      await eventually(() => expect(isReady()).toEqual([true, true]));
      if (process.env.SHOW) console.log({ healedMs, readyMs: performance.now() - startedAtMs });
      expect(healedMs).toBeLessThan(8_000);
    } finally {
      process.kill(master.pid, 'SIGCONT');
    }
    const former = new Redis(master.port, '127.0.0.1');
    await eventually(async () => expect(await former.info('replication')).toContain('role:slave'), PATIENT);
    await cluster.hub(0).pushToTopic('t', 'end');
    await far.push('end');
    await cluster.whole();
    expect(isReady()).toEqual([true, true]);
    expect(far.socket.readyState).toBe(far.socket.OPEN);
    admin.disconnect();
    former.disconnect();
  }, 80_000);
});
