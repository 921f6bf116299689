/** Which web pages may open a session. */
import type { RealtimeOptions } from 'nestjs-realtime';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import { rawUpgrade } from '../nest/raw-http.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { Rejections } from './rejections.js';

async function statusOf(node: RunningNode, headers: Record<string, string>, path = '/ws'): Promise<number> {
  try {
    await using peer = await RpcPeer.connect(node.url(path), { headers });
    await peer.settled();
    return 101;
  } catch {
    return (await rawUpgrade(node.port, path, headers)).status;
  }
}

describe('the log', () => {
  it.each<[string, RealtimeOptions, string]>([
    ['same', {}, "'same', for this request http://localhost:3000"],
    ['a list', { origins: ['https://app.example', 'https://*.example.com'] }, 'https://app.example, https://*.example.com'],
  ])('says of the first page that is refused which one would not be: %s', async (_what, options, taken) => {
    const logger = new CollectingLogger();
    await using node = await startNode({ options, logger });
    for (const origin of ['http://localhost:5173', 'http://localhost:5174', 'http://evil.example']) {
      expect((await rawUpgrade(node.port, '/ws', { Origin: origin, Host: 'localhost:3000' })).status).toBe(403);
    }
    const lines = logger.lines.filter((line) => line.includes('refused with 403'));
    expect(lines).toEqual([expect.stringContaining(`A page of "http://localhost:5173" was refused`)]);
    expect(lines[0]).toContain(`the option origins takes ${taken}`);
  });
});

describe('by default', () => {
  it('only pages of the host, port and scheme that were asked for', async () => {
    const rejections = new Rejections();
    await using node = await startNode({ options: { observers: [rejections] } });
    const own = `http://127.0.0.1:${node.port}`;
    expect(await statusOf(node, { Origin: own, Host: `127.0.0.1:${node.port}` })).toBe(101);
    expect(await statusOf(node, { Origin: 'http://chat.example', Host: 'chat.example' })).toBe(101);
    expect(await statusOf(node, { Origin: 'http://chat.example', Host: 'chat.example:80' })).toBe(101);
    expect(await statusOf(node, { Origin: 'http://[::1]:8080', Host: '[::1]:8080' })).toBe(101);
    expect(rejections.facts).toEqual([]);
    const strangers = [
      'https://chat.example',
      'http://chat.example:81',
      'http://chat.example.evil.example',
      'http://evilchat.example',
      'http://chat.example@evil.example',
      'http://evil.example',
      'http://evil.example/http://chat.example',
      'http://chat.example, http://evil.example',
      'http://sub.chat.example',
      'http://chat.example.',
      'http://chat.example/',
      'HTTP://CHAT.EXAMPLE',
      'http://cha\u0074.example:80',
      'null',
      'file://',
      'http://',
      'chat.example',
      '',
    ];
    for (const origin of strangers) {
      const { status, body, headers } = await rawUpgrade(node.port, '/ws', { Origin: origin, Host: 'chat.example' });
      expect([origin, status]).toEqual([origin, 403]);
      expect(headers['content-length']).toBe(String(body.length));
      expect(JSON.parse(body)).toEqual({ status: 403, reason: 'PermissionDenied', message: 'This origin may not connect' });
    }
    expect(rejections.reasons).toEqual(strangers.map(() => 'OriginRefused'));
  });

  it('requests without Origin, which do not come from pages', async () => {
    await using node = await startNode();
    expect(await statusOf(node, {})).toBe(101);
  });

  it('no page at all where the request does not say whom it asks', async () => {
    await using node = await startNode();
    for (const host of ['', '[', 'a b', 'chat.example/x', 'user@chat.example', 'chat.example:99999', 'chat.example#'])
      expect((await rawUpgrade(node.port, '/ws', { Host: host, Origin: `http://${host}` })).status).toBe(403);
  });
});

describe('behind proxies', () => {
  const forwarded = {
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'chat.example',
    Host: 'internal:3000',
    Origin: 'https://chat.example',
  };

  it('the host and scheme that the client asked for count, if the proxy is trusted', async () => {
    await using trusting = await startNode({ options: { trustedProxies: ['127.0.0.0/8'] } });
    expect(await statusOf(trusting, forwarded)).toBe(101);
    expect(await statusOf(trusting, { ...forwarded, Origin: 'http://internal:3000' })).toBe(403);
    expect(await statusOf(trusting, { Host: 'chat.example', 'X-Forwarded-Proto': 'wss', Origin: 'https://chat.example' })).toBe(101);
    await using careful = await startNode({ options: { trustedProxies: ['10.0.0.0/8'] } });
    expect(await statusOf(careful, forwarded)).toBe(403);
    expect(await statusOf(careful, { ...forwarded, Origin: 'http://internal:3000' })).toBe(101);
  });

  it('what a client wrote before the proxy did does not count', async () => {
    await using node = await startNode({ options: { trustedProxies: ['127.0.0.0/8'] } });
    const spoofed = { ...forwarded, 'X-Forwarded-Host': 'evil.example, chat.example', 'X-Forwarded-Proto': 'http, https' };
    expect(await statusOf(node, spoofed)).toBe(101);
    for (const Origin of ['http://evil.example', 'https://evil.example', 'http://chat.example'])
      expect(await statusOf(node, { ...spoofed, Origin })).toBe(403);
  });
});

describe('a list', () => {
  const origins = [
    'https://app.example',
    'https://*.teams.example',
    'http://*.dev.example:8080',
    'capacitor://localhost',
    'https://bücher.example',
    'HTTPS://Shop.Example:443/',
    'https://*.Malls.example:443/',
  ];

  it.each([
    'https://app.example',
    'https://red.teams.example',
    'https://a.b.teams.example',
    'http://x.dev.example:8080',
    'capacitor://localhost',
    'https://xn--bcher-kva.example',
    'https://shop.example',
    'https://a.malls.example',
  ])('lets %s in', async (Origin) => {
    await using node = await startNode({ options: { origins } });
    expect(await statusOf(node, { Origin })).toBe(101);
  });

  it('keeps everybody else out', async () => {
    await using node = await startNode({ options: { origins } });
    const strangers = [
      'http://app.example',
      'https://app.example:8443',
      'https://app.example:443',
      'https://APP.example',
      'https://shop.example:443',
      'https://Shop.Example',
      'https://bücher.example',
      'capacitor://LOCALHOST',
      'https://app.example.evil.example',
      'https://evil-app.example',
      'https://teams.example',
      'https://notteams.example',
      'https://.teams.example',
      'https://red.teams.example:8443',
      'http://red.teams.example',
      'https://red.teams.example@evil.example',
      'https://evil.example/.teams.example',
      'https://evil.example#.teams.example',
      'https://evil.example?.teams.example',
      'https://evil.example\\.teams.example',
      'http://x.dev.example',
      'capacitor://localhost.evil.example',
      'capacitor://localhost:1',
      'null',
      '',
    ];
    for (const origin of strangers)
      expect([origin, (await rawUpgrade(node.port, '/ws', { Origin: origin })).status]).toEqual([origin, 403]);
  });

  it('lets requests without Origin in', async () => {
    await using node = await startNode({ options: { origins } });
    expect(await statusOf(node, {})).toBe(101);
  });
});

describe('other policies', () => {
  it('a star lets everybody in', async () => {
    await using node = await startNode({ options: { origins: '*' } });
    for (const Origin of ['https://evil.example', 'null', 'x']) expect(await statusOf(node, { Origin })).toBe(101);
  });

  const functions: [string, NonNullable<RealtimeOptions['origins']>][] = [
    ['a function', (origin, { path }) => origin === 'https://ok.example' && path === '/ws'],
    ['a function that takes time', (origin) => Promise.resolve(origin === 'https://ok.example')],
  ];

  it.each(functions)('%s decides, and is not asked about requests without Origin', async (_what, origins) => {
    await using node = await startNode({ options: { origins } });
    expect(await statusOf(node, { Origin: 'https://ok.example' })).toBe(101);
    expect(await statusOf(node, { Origin: 'https://other.example' })).toBe(403);
    expect(await statusOf(node, {})).toBe(101);
  });

  const failing: [string, NonNullable<RealtimeOptions['origins']>][] = [
    [
      'throws',
      () => {
        throw new Error('secret words');
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret words'))],
  ];

  it.each(failing)('a function that %s is 500 without its words', async (_what, origins) => {
    await using node = await startNode({ options: { origins } });
    const { status, body } = await rawUpgrade(node.port, '/ws', { Origin: 'https://x.example' });
    expect(status).toBe(500);
    expect(body).not.toContain('secret');
    expect(await statusOf(node, {})).toBe(101);
  });
});
