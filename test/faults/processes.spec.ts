/** Three demo nodes as processes of their own, which tests kill, freeze and cut off. */
import { eventually } from '../support/eventually.js';
import { BUILD_MS, DemoProcess, buildDemo } from '../demo/built-demo.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { Broker } from '../support/brokers.js';
import { heard } from '../cluster/cluster-node.js';

const KINDS = ['redis', 'nats'] as const;

beforeAll(() => buildDemo(), BUILD_MS);

describe.each(KINDS)('Three demo nodes over %s', (kind) => {
  let broker: Broker;
  let nodes: DemoProcess[] = [];
  const peers: RpcPeer[] = [];

  const start = (name: string): Promise<DemoProcess> =>
    DemoProcess.start({
      WS_PUBSUB_ADAPTER: kind,
      [`WS_${kind.toUpperCase()}_URL`]: broker.url,
      WS_NODE_ID: name,
      JWT_SECRET: 'the same for all nodes, as it has to be',
    });

  async function signIn(node: DemoProcess, username: string): Promise<RpcPeer> {
    const peer = await RpcPeer.connect(node.wsUrl);
    peers.push(peer);
    await peer.result('auth.login', { username, password: '123456' });
    return peer;
  }

  async function namesSeenBy(admin: RpcPeer): Promise<unknown[]> {
    const { nodes: seen, missingNodes } = (await admin.result('cluster.stats')) as { nodes: { nodeId: string }[]; missingNodes: string[] };
    return [seen.map(({ nodeId }) => nodeId).sort(), missingNodes];
  }

  // The same for all tests, because a start takes seconds: each leaves three nodes behind that know each other.
  beforeAll(async () => {
    broker = await Broker.start(kind);
    nodes = await Promise.all(['a', 'b', 'c'].map(start));
  }, BUILD_MS);

  afterEach(async () => {
    for (const peer of peers.splice(0)) await peer[Symbol.asyncDispose]();
  });

  afterAll(async () => {
    for (const node of nodes) await node.stop('SIGKILL');
    await broker[Symbol.asyncDispose]();
  });

  it('carry a chat, a kick and the word to everybody', async () => {
    const [a, b, c] = nodes as [DemoProcess, DemoProcess, DemoProcess];
    const [test, other, admin] = [await signIn(a, 'test'), await signIn(b, 'test'), await signIn(c, 'admin')];
    await eventually(async () => expect(await namesSeenBy(admin)).toEqual([['a', 'b', 'c'], []]));
    for (const peer of [test, other, admin]) await peer.result('subscribe', { topics: ['room:lobby'] });
    await admin.result('chat.send', { room: 'lobby', text: 'hello' });
    for (const peer of [test, other, admin]) await eventually(() => expect(heard(peer, 'chat.message')).toMatchObject([{ text: 'hello' }]));
    for (const peer of [test, other, admin])
      await eventually(() => expect(heard(peer, 'room.members').at(-1)).toMatchObject({ members: 2 }));
    await test.result('broadcast', { text: 'all' });
    for (const peer of [test, other, admin]) await eventually(() => expect(heard(peer, 'broadcast')).toMatchObject([{ text: 'all' }]));
    expect(await admin.result('admin.kick', { userId: 'test', reason: 'enough' })).toEqual({ kicked: 2 });
    expect([(await test.closed).code, (await other.closed).code]).toEqual([4500, 4500]);
  });

  it('forget a node that was killed, and know one of its name that comes back', async () => {
    const [, b, c] = nodes as [DemoProcess, DemoProcess, DemoProcess];
    const admin = await signIn(c, 'admin');
    await eventually(async () => expect(await namesSeenBy(admin)).toEqual([['a', 'b', 'c'], []]));
    await b.stop('SIGKILL');
    await eventually(async () => expect(await namesSeenBy(admin)).toEqual([['a', 'c'], []]));
    nodes[1] = await start('b');
    await eventually(async () => expect(await namesSeenBy(admin)).toEqual([['a', 'b', 'c'], []]));
  });

  it('do not let a second node in that has the name of one which runs', async () => {
    const { code, output } = await DemoProcess.failure({
      WS_PUBSUB_ADAPTER: kind,
      [`WS_${kind.toUpperCase()}_URL`]: broker.url,
      WS_NODE_ID: 'a',
    });
    expect([code, output]).toEqual([1, expect.stringContaining('another node that runs is called a')]);
  });

  it('have a node that was frozen back when it goes on', async () => {
    const [a, b] = nodes as [DemoProcess, DemoProcess];
    const [admin, test] = [await signIn(a, 'admin'), await signIn(b, 'test')];
    await test.result('subscribe', { topics: ['room:lobby'] });
    await admin.result('subscribe', { topics: ['room:lobby'] });
    process.kill(b.pid, 'SIGSTOP');
    try {
      await eventually(async () => expect(await namesSeenBy(admin)).toEqual([['a', 'c'], []]));
      await admin.result('chat.send', { room: 'lobby', text: 'meanwhile' });
    } finally {
      process.kill(b.pid, 'SIGCONT');
    }
    await eventually(async () => expect(await namesSeenBy(admin)).toEqual([['a', 'b', 'c'], []]));
    await admin.result('chat.send', { room: 'lobby', text: 'after' });
    await eventually(() => expect(heard(test, 'chat.message').map((message) => (message as { text: string }).text)).toContain('after'));
  });

  it('go on by themselves while the broker is away, say that they are not ready, and are one again when it is back', async () => {
    const [a, b] = nodes as [DemoProcess, DemoProcess];
    const [admin, test] = [await signIn(a, 'admin'), await signIn(b, 'test')];
    for (const peer of [admin, test]) await peer.result('subscribe', { topics: ['room:lobby'] });
    await broker.stop();
    await eventually(async () => expect((await fetch(`${a.url}/readyz`)).status).toBe(503));
    // Its own sessions hear it; the sender is told that the others did not.
    expect((await admin.request('chat.send', { room: 'lobby', text: 'lonely' })).error?.reason).toBe('ServiceUnavailable');
    expect(heard(admin, 'chat.message')).toMatchObject([{ text: 'lonely' }]);
    await test.result('subscribe', { topics: ['room:help'] });
    await broker.start();
    for (const node of nodes) await eventually(async () => expect((await fetch(`${node.url}/readyz`)).status).toBe(200));
    await admin.result('subscribe', { topics: ['room:help'] });
    await admin.result('chat.send', { room: 'help', text: 'together' });
    await eventually(() => expect(heard(test, 'chat.message').at(-1)).toMatchObject({ room: 'help', text: 'together' }));
    await eventually(async () => expect(await namesSeenBy(admin)).toEqual([['a', 'b', 'c'], []]));
  });
});
