/** nginx as `deploy/nginx` configures it, before three demo nodes on one Redis: chat crosses the nodes, and one that is let go takes nobody with it. */
import { jest } from '@jest/globals';
import { BUILD_MS, DemoProcess, buildDemo } from '../demo/built-demo.js';
import type { Sharing } from '../deploy/nginx-files.js';
import { PROXY_START_MS, ProxyProcess } from '../proxies/proxy-process.js';
import { Broker } from '../support/brokers.js';
import { eventually } from '../support/eventually.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { Chatter } from './chatter.js';

const NAMES = ['a', 'b', 'c'] as const;
const USER = { username: 'test', password: '123456' };

jest.setTimeout(60_000);

let broker: Broker;
let nodes: DemoProcess[] = [];

const start = (name: string, port = 0): Promise<DemoProcess> =>
  DemoProcess.start({
    PORT: `${port}`,
    WS_PUBSUB_ADAPTER: 'redis',
    WS_REDIS_URL: broker.url,
    WS_NODE_ID: name,
    JWT_SECRET: 'the same for all nodes, as it has to be',
    REALTIME_TRUSTED_PROXIES: '127.0.0.1',
  });

async function metric(node: DemoProcess, series: string): Promise<number> {
  const text = await (await fetch(`${node.url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}

const sessionsOf = (node: DemoProcess): Promise<number> => metric(node, 'realtime_connections_current');
const cutConnections = (node: DemoProcess): Promise<number> => metric(node, 'realtime_disconnects_total{code="1006"}');
const sessions = (): Promise<number[]> => Promise.all(nodes.map(sessionsOf));
const nginx = (sharing: Sharing): Promise<ProxyProcess> =>
  ProxyProcess.deployedNginx(
    sharing,
    nodes.map(({ port }) => port),
  );
const noSessions = (): Promise<void> =>
  eventually(async () => {
    if ((await sessions()).some((count) => count > 0)) throw new Error('There are sessions left');
  });
const socketUrl = ({ port }: ProxyProcess): string => `ws://127.0.0.1:${port}/ws`;

beforeAll(async () => {
  buildDemo();
  broker = await Broker.start('redis');
  nodes = await Promise.all(NAMES.map((name) => start(name)));
}, BUILD_MS + PROXY_START_MS);

afterAll(async () => {
  for (const node of nodes) await node.stop('SIGKILL');
  await broker[Symbol.asyncDispose]();
});

describe('nginx before three nodes', () => {
  afterEach(noSessions);

  async function connectFrom(proxy: ProxyProcess, addresses: readonly string[]): Promise<RpcPeer[]> {
    const peers: RpcPeer[] = [];
    for (const localAddress of addresses) peers.push(await RpcPeer.connect(socketUrl(proxy), { localAddress }));
    return peers;
  }

  const close = async (peers: readonly RpcPeer[]): Promise<void> => {
    for (const peer of peers) await peer[Symbol.asyncDispose]();
  };

  it.each(['round-robin', 'least-connections'] as const)(
    'gives each the same share with %s',
    async (sharing) => {
      await using proxy = await nginx(sharing);
      const peers = await connectFrom(proxy, Array<string>(6).fill('127.0.0.1'));
      expect(await sessions()).toEqual([2, 2, 2]);
      await close(peers);
    },
    PROXY_START_MS,
  );

  it('fills up the one with the fewest, with least-connections', async () => {
    await using proxy = await nginx('least-connections');
    const peers = await connectFrom(proxy, Array<string>(6).fill('127.0.0.1'));
    await close(peers.splice(0, 1));
    await eventually(async () => expect((await sessions()).reduce((sum, count) => sum + count)).toBe(5));
    peers.push(...(await connectFrom(proxy, ['127.0.0.1'])));
    expect(await sessions()).toEqual([2, 2, 2]);
    await close(peers);
  });

  it('gives an address to one and the same, with address-hash', async () => {
    await using proxy = await nginx('address-hash');
    const peers = await connectFrom(proxy, Array<string>(4).fill('127.0.0.7'));
    expect((await sessions()).sort()).toEqual([0, 0, 4]);
    peers.push(
      ...(await connectFrom(
        proxy,
        Array.from({ length: 20 }, (_, index) => `127.0.0.${index + 10}`),
      )),
    );
    expect((await sessions()).filter((count) => count > 0)).toHaveLength(3);
    await close(peers);
  });

  it('lets the page and its calls through, says nothing of operators, and tells a node who its client is', async () => {
    await using proxy = await nginx('round-robin');
    const url = `http://127.0.0.1:${proxy.port}`;
    const answers = await Promise.all(['/', '/readyz', '/metrics', '/nginx-health'].map(async (path) => (await fetch(url + path)).status));
    expect(answers).toEqual([200, 200, 404, 204]);
    // The origin of a page is compared with what nginx says that the page was asked of.
    await using peer = await RpcPeer.connect(socketUrl(proxy), { origin: url });
    expect(await peer.result('echo', { a: 1 })).toEqual({ a: 1 });
    await expect(RpcPeer.connect(socketUrl(proxy), { origin: 'http://elsewhere.test' })).rejects.toThrow('403');
    await expect(RpcPeer.connect(socketUrl(proxy), { origin: nodes[0]?.url ?? '' })).rejects.toThrow('403');
  });
});

describe('a node that is let go behind nginx', () => {
  let chatters: Chatter[] = [];

  afterEach(() => {
    for (const chatter of chatters) chatter[Symbol.dispose]();
    chatters = [];
  });

  /** @returns who sits on which node: opened one after the other, so that each comes to the one with the fewest */
  async function seat(proxy: ProxyProcess, token: string): Promise<Map<DemoProcess, Chatter[]>> {
    const seated = new Map(nodes.map((node) => [node, [] as Chatter[]]));
    let before = await sessions();
    for (let index = 0; index < 3 * nodes.length; index++) {
      const chatter = new Chatter(`chatter-${index}`, socketUrl(proxy), token);
      chatters.push(chatter);
      await chatter.join();
      const after = await sessions();
      const place = nodes[after.findIndex((count, at) => count > (before[at] ?? 0))];
      seated.get(place as DemoProcess)?.push(chatter);
      before = after;
    }
    return seated;
  }

  const tokenOf = async (proxy: ProxyProcess): Promise<string> => {
    await using peer = await RpcPeer.connect(socketUrl(proxy));
    return ((await peer.result('auth.login', USER)) as { token: string }).token;
  };

  it('sends its clients to the others without a 1006, and no sentence is lost that was acknowledged', async () => {
    await using proxy = await nginx('least-connections');
    const token = await tokenOf(proxy);
    await noSessions();
    const seated = await seat(proxy, token);
    const [, leaving] = nodes as [DemoProcess, DemoProcess, DemoProcess];
    const moving = seated.get(leaving) ?? [];
    const staying = chatters.filter((chatter) => !moving.includes(chatter));
    expect([...seated.values()].map(({ length }) => length)).toEqual([3, 3, 3]);

    expect(await chatters[0]?.say('hello')).toBe(true);
    for (const chatter of chatters) await eventually(() => expect(chatter.heard.get('hello')).toBe(1));

    const stayed = nodes.filter((node) => node !== leaving);
    const cutBefore = await Promise.all(stayed.map(cutConnections));
    const talking = new AbortController();
    const talkers = [...seated.values()].map(([first]) => first as Chatter);
    const talks = talkers.map((talker) => talker.talk(talking.signal));
    const haveSaid = (count: number): Promise<void> =>
      eventually(() => {
        for (const talker of talkers) expect(talker.acknowledged.size).toBeGreaterThan(count);
      });
    await haveSaid(20);
    await leaving.stop('SIGTERM');
    await eventually(() => expect(moving.map(({ isOpen, states }) => isOpen && states.length > 2)).toEqual([true, true, true]));
    await haveSaid(Math.max(...talkers.map(({ acknowledged }) => acknowledged.size)) + 20);
    talking.abort();
    await Promise.all(talks);

    // Who stayed was never away; who moved was told to, and came in at the first door that it knocked at.
    for (const { states } of staying) expect(states.map(({ name }) => name)).toEqual(['connecting', 'open']);
    for (const { states } of moving) {
      expect(states.map(({ name }) => name)).toEqual(['connecting', 'open', 'waiting', 'connecting', 'open']);
      expect(states[2]).toMatchObject({ reason: { kind: 'closed-by-server', code: 1012 } });
    }
    const counts = await Promise.all(stayed.map(sessionsOf));
    expect([counts.reduce((sum, count) => sum + count), Math.min(...counts)]).toEqual([9, 4]);
    expect(await Promise.all(stayed.map(cutConnections))).toEqual(cutBefore);

    const acknowledged = new Map(talkers.flatMap((talker) => [...talker.acknowledged]));
    for (const chatter of staying)
      await eventually(() => expect([...acknowledged.keys()].filter((text) => chatter.heard.get(text) !== 1)).toEqual([]));
    for (const chatter of moving) expectOnlyToldGaps(chatter, acknowledged);

    nodes[1] = await start('b', leaving.port);
    // nginx leaves one that failed alone for 5 s.
    const [late] = await eventually(async () => {
      const peer = await RpcPeer.connect(socketUrl(proxy));
      if ((await sessionsOf(nodes[1] as DemoProcess)) === 1) return [peer];
      await peer[Symbol.asyncDispose]();
      throw new Error('The node that came back has no session yet');
    });
    await late?.[Symbol.asyncDispose]();
  }, 120_000);

  /** What somebody missed who was away was said while the client tells that it may have missed something; its own sentences it heard all, and nothing twice. */
  function expectOnlyToldGaps({ name, heard, gaps, acknowledged: own }: Chatter, acknowledged: ReadonlyMap<string, number>): void {
    expect(gaps).toHaveLength(1);
    const [{ sinceMs, untilMs } = { sinceMs: 0, untilMs: 0 }] = gaps;
    const missed = [...acknowledged].filter(([text]) => !heard.has(text));
    // What was said some ms before the last frame may still have been on its way over the broker.
    const untold = missed.filter(([, at]) => at < sinceMs - 500 || at > untilMs + 500);
    expect([name, untold, missed.filter(([text]) => own.has(text))]).toEqual([name, [], []]);
    expect([...heard.values()].filter((times) => times !== 1)).toEqual([]);
  }
});
