/** Matchers and parsers of what peers choose take time that grows with its length, not with its square or worse. */
import { RpcGateway, TopicPolicy } from 'nestjs-realtime';
import type { TopicRequest } from 'nestjs-realtime';
import { rawUpgrade } from '../nest/raw-http.js';
import { eventually } from '../support/eventually.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';

/** Long enough for a busy machine; what runs away takes minutes. */
const SOON_MS = 10_000;

@RpcGateway()
class WildGateway {
  @TopicPolicy('a*a*a*a*a*a*a*a*a*a*a*a*b')
  wild(_request: TopicRequest): boolean {
    return true;
  }
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await act();
  return performance.now() - startMs;
}

describe('topics', () => {
  it.each([
    ['nearly match a pattern with many stars', (n: number): string => `${'a'.repeat(248)}${String(n).padStart(4, '0')}`],
    ['match it in many ways', (n: number): string => `${'a'.repeat(248)}${String(n).padStart(4, '0')}b`],
    ['are as long as a name may be', (n: number): string => '€'.repeat(83) + String(n).padStart(4, '0')],
  ])('that %s are judged at once, 1,000 in a call', async (_what, name) => {
    await using node = await startNode({
      providers: [WildGateway],
      options: { limits: { frameBytes: 1_000_000, topicsPerSession: 2_000 }, topics: { 'a*a*a*a*a*a*a*a*a*c': { slow: 'drop-oldest' } } },
    });
    await using peer = await node.connect();
    const topics = Array.from({ length: 1_000 }, (_, n) => name(n));
    expect(await timed(() => peer.request('subscribe', { topics }))).toBeLessThan(SOON_MS);
    for (const topic of topics) void node.hub.pushToTopic(topic, 'news');
    expect(await timed(() => peer.settled())).toBeLessThan(SOON_MS);
  });

  it('that are too long are refused by their length before anything looks into them', async () => {
    await using node = await startNode({ providers: [WildGateway], options: { limits: { frameBytes: 4_000_000 } } });
    await using peer = await node.connect();
    const topics = Array.from({ length: 10 }, () => 'a'.repeat(300_000));
    expect(await timed(() => peer.request('subscribe', { topics }))).toBeLessThan(SOON_MS);
    expect(peer.messages[0]).toMatchObject({ error: { code: -32602 } });
  });
});

/** A path that the endpoint serves, so that the headers are looked at. */
const AT = '/ws/1/2/3';

describe('opening requests', () => {
  const hostile: [string, string, Readonly<Record<string, string>>][] = [
    ['a path of many segments', `/ws${'/x'.repeat(6_000)}`, {}],
    ['a path of many slashes', '/'.repeat(12_000), {}],
    ['a path of escapes', `/ws/${'%61'.repeat(4_000)}`, {}],
    ['a path of broken escapes', `/ws/${'%e0%a4'.repeat(2_000)}`, {}],
    ['a query of many parameters', `${AT}?${'a&'.repeat(6_000)}`, {}],
    ['a target that is almost a URL', `/${'a'.repeat(6_000)}://${'/'.repeat(6_000)}`, {}],
    ['many subprotocols', AT, { 'Sec-WebSocket-Protocol': `${'bearer.,'.repeat(1_500)}x` }],
    ['many extensions', AT, { 'Sec-WebSocket-Extensions': `permessage-deflate${'; a="\\"'.repeat(1_500)}` }],
    ['a blank authorization', AT, { Authorization: `Bearer${' '.repeat(12_000)}x` }],
    ['many cookies', AT, { Cookie: `${'sid=;'.repeat(2_400)}` }],
    ['many proxies', AT, { 'X-Forwarded-For': `${'127.0.0.1,'.repeat(1_200)}` }],
    ['an origin of many dots', AT, { Origin: `https://${'a.'.repeat(6_000)}` }],
    ['many hosts', AT, { Host: `[${':'.repeat(12_000)}]`, Origin: 'https://a.example' }],
    ['a list of upgrades', '/nowhere', { Upgrade: `${'x,'.repeat(6_000)}` }],
  ];

  it.each(hostile)('with %s are answered at once', async (_what, target, headers) => {
    await using node = await startNode({
      providers: [WildGateway],
      options: {
        path: '/ws/:a/:b/:c',
        compression: true,
        origins: ['https://*.example.com'],
        trustedProxies: ['127.0.0.0/8'],
        auth: { authenticator: () => null, cookie: 'sid', queryToken: 'token', required: true },
      },
    });
    const tookMs = await timed(async () => expect((await rawUpgrade(node.port, target, headers)).status).toBeGreaterThanOrEqual(400));
    expect(tookMs).toBeLessThan(SOON_MS);
  });

  it('that are good are served beside a stream of hostile ones', async () => {
    await using node = await startNode({ options: { path: '/ws' } });
    const attack = Promise.all(Array.from({ length: 100 }, (_, n) => rawUpgrade(node.port, hostile[n % 4]?.[1] ?? '/')));
    await using peer = await RpcPeer.connect(node.url());
    expect(await peer.request('heartbeat')).toMatchObject({ result: { status: 'ok' } });
    expect((await attack).every(({ status }) => status >= 400)).toBe(true);
    await eventually(() => expect(node.hub.stats().sessions.open).toBe(1));
  });
});
