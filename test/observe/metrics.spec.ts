import { Disconnect } from 'nestjs-realtime';
import type { RealtimePrometheusOptions } from 'nestjs-realtime/prometheus';
import { RealtimePrometheusModule } from 'nestjs-realtime/prometheus';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { MetricsGateway } from './metrics.gateway.js';
import { Scrape } from './scrape.js';

/** Metrics outlive their node, as those of a process do; every test has its own. */
let count = 0;
function measured(options: RealtimePrometheusOptions = {}): { start: () => Promise<RunningNode>; namespace: string } {
  const namespace = `test${++count}`;
  const imports = [RealtimePrometheusModule.forRoot({ namespace, ...options })];
  const start = (): Promise<RunningNode> => startNode({ providers: [MetricsGateway], imports, options: { defaultTopicPolicy: 'allow' } });
  return { start, namespace };
}

describe('the metrics', () => {
  it('are what a scraper accepts, with help and type', async () => {
    const { start, namespace } = measured();
    await using node = await start();
    await using peer = await node.connect();
    await peer.result('echo', { a: 1 });
    const scrape = await Scrape.of(node);
    expect([undefined, '']).toContain(scrape.promtoolFaults());
    expect(scrape.families.get(`${namespace}_connections_total`)).toMatchObject({ type: 'counter', help: 'Sessions that were opened' });
    expect(scrape.families.has('process_cpu_user_seconds_total')).toBe(true);
  });

  it('count frames and bytes in both directions', async () => {
    const { start, namespace } = measured();
    await using node = await start();
    await using peer = await node.connect();
    const request = '{"jsonrpc":"2.0","id":1,"method":"echo","params":["ü"]}';
    peer.send(request);
    await peer.response(1);
    const scrape = await Scrape.of(node);
    expect(scrape.value(`${namespace}_messages_received_total`)).toBe(1);
    expect(scrape.value(`${namespace}_message_received_bytes_total`)).toBe(Buffer.byteLength(request));
    expect(scrape.value(`${namespace}_messages_sent_total`)).toBe(1);
    expect(scrape.value(`${namespace}_message_sent_bytes_total`)).toBe(Buffer.byteLength(peer.frames[0] ?? ''));
    expect((await Scrape.of(node)).value(`${namespace}_messages_received_total`)).toBe(1);
  });

  it('count calls by method and outcome, and how long they took', async () => {
    const { start, namespace } = measured();
    await using node = await start();
    await using peer = await node.connect();
    await Promise.all(['echo', 'echo', 'fail', 'refuse', 'ownError', 'slow', 'nobody', 'constructor'].map((name) => peer.request(name)));
    peer.send({ jsonrpc: '2.0', id: 'c', method: 'wait' });
    peer.notify('$/cancelRequest', { id: 'c' });
    await peer.response('c');
    peer.notify('wait');
    await peer.settled();
    peer.socket.close();
    const scrape = await eventually(async () => {
      const now = await Scrape.of(node);
      expect(now.value(`${namespace}_rpc_requests_total`, { method: 'wait', outcome: 'disconnected' })).toBe(1);
      return now;
    });
    const calls = (method: string, outcome: string): number | undefined =>
      scrape.value(`${namespace}_rpc_requests_total`, { method, outcome });
    expect([calls('echo', 'ok'), calls('fail', 'error'), calls('refuse', 'error'), calls('ownError', 'error')]).toEqual([2, 1, 1, 1]);
    expect([calls('slow', 'timeout'), calls('wait', 'cancelled'), calls('unknown', 'refused')]).toEqual([1, 1, 2]);
    expect(scrape.value(`${namespace}_message_latency_seconds_count`, { method: 'echo' })).toBe(2);
    expect(scrape.value(`${namespace}_message_latency_seconds_bucket`, { method: 'slow', le: '0.0025' })).toBe(0);
    const errors = (type: string): number | undefined => scrape.value(`${namespace}_errors_total`, { type });
    expect([errors('InternalError'), errors('InvalidParams'), errors('Application'), errors('Timeout')]).toEqual([1, 1, 1, 1]);
    expect([errors('RequestCancelled'), errors('MethodNotFound'), errors('Fault')]).toEqual([1, 2, 0]);
    expect(scrape.text).not.toContain('secret');
  });

  it('count what is no call at all by its error', async () => {
    const { start, namespace } = measured();
    await using node = await start();
    await using peer = await node.connect();
    for (const frame of ['{', '[]', '7', '[1, {"jsonrpc":"2.0","id":1,"method":"echo"}]']) peer.send(frame);
    await peer.settled();
    const scrape = await Scrape.of(node);
    expect(scrape.value(`${namespace}_errors_total`, { type: 'ParseError' })).toBe(1);
    expect(scrape.value(`${namespace}_errors_total`, { type: 'InvalidRequest' })).toBe(3);
  });

  it('count pushes, and how long they took to stand in all queues', async () => {
    const { start, namespace } = measured({ broadcastBuckets: [0.001, 60] });
    await using node = await start();
    await using peer = await node.connect();
    await peer.result('subscribe', { topics: ['a', 'b'] });
    await peer.result('unsubscribe', { topics: ['b', 'c'] });
    expect(await peer.result('tell', { topic: 'a' })).toBe(1);
    expect(await node.hub.broadcast('x')).toEqual({ reached: 1 });
    const scrape = await Scrape.of(node);
    const value = (name: string, labels?: Record<string, string>): number | undefined => scrape.value(`${namespace}_${name}`, labels);
    expect([value('subscriptions_total'), value('unsubscriptions_total'), value('topics_current')]).toEqual([2, 1, 1]);
    expect([value('broadcasts_total'), value('broadcast_duration_seconds_count')]).toEqual([2, 2]);
    expect([value('broadcast_duration_seconds_bucket', { le: '60' }), value('broadcast_duration_seconds_bucket', { le: '1' })]).toEqual([
      2,
      undefined,
    ]);
  });

  it('count ends by close code, and have a series for each code that is known', async () => {
    const { start, namespace } = measured();
    await using node = await start();
    const ends = async (code: string): Promise<number | undefined> =>
      (await Scrape.of(node)).value(`${namespace}_disconnects_total`, { code });
    expect(await ends('4500')).toBe(0);
    await using kicked = await node.connect();
    await node.hub.kick({ kind: 'all' }, 'out');
    await kicked.closed;
    await using left = await node.connect();
    left.socket.close(1000);
    await using invented = await node.connect();
    invented.socket.close(4321);
    await using lost = await node.connect();
    lost.socket.terminate();
    await eventually(async () => {
      expect([await ends('4500'), await ends('1000'), await ends('other'), await ends('1006')]).toEqual([1, 1, 1, 1]);
    });
    expect(await ends('4321')).toBeUndefined();
  });

  it('have gauges that come back to zero', async () => {
    const { start, namespace } = measured();
    await using node = await start();
    const gauges = async (): Promise<unknown[]> => {
      const scrape = await Scrape.of(node);
      const names = ['connections_current', 'connections_authenticated', 'connections_anonymous', 'topics_current', 'drain_state'];
      return names.map((name) => scrape.value(`${namespace}_${name}`));
    };
    expect(await gauges()).toEqual([0, 0, 0, 0, 0]);
    const peers = await Promise.all(Array.from({ length: 12 }, () => node.connect()));
    await Promise.all(peers.slice(0, 8).map((peer, index) => peer.result('signIn', { userId: `u${index % 3}` })));
    await Promise.all(peers.map((peer, index) => peer.result('subscribe', { topics: ['all', `t${index}`] })));
    expect(await gauges()).toEqual([12, 8, 4, 13, 0]);
    const [first, second, third, ...rest] = peers;
    first?.socket.terminate();
    second?.socket.close(4999);
    third?.send('{');
    await node.hub.kick({ kind: 'user', userId: 'u1' }, 'out');
    for (const session of node.hub.find({ kind: 'signed-in' })) await session.logout();
    for (const session of node.hub.find({ kind: 'all' })) session.close(Disconnect.SlowConsumer);
    for (const peer of [third, ...rest]) await peer?.closed;
    await eventually(async () => expect(await gauges()).toEqual([0, 0, 0, 0, 0]));
    const scrape = await Scrape.of(node);
    expect(scrape.value(`${namespace}_connections_total`)).toBe(12);
    expect(scrape.value(`${namespace}_subscriptions_total`)).toBe(scrape.value(`${namespace}_unsubscriptions_total`));
  });
});
