/** Tokens are nobody's business: no log, no error, no fact for observers quotes one. */
import { Logger } from '@nestjs/common';
import type { AuthenticationContext, Principal, RealtimeObserver } from 'nestjs-realtime';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import { rawUpgrade } from '../nest/raw-http.js';
import { PeopleGateway } from '../sessions/people.gateway.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';

const SECRET = 'tok3n-that-nobody-may-see';

/** Quotes what it is given, as careless code does. */
function careless(token: string, { source }: AuthenticationContext): Principal | null {
  if (token.startsWith('break')) throw new Error(`cannot look up ${token} from ${source}`);
  return token === SECRET ? { userId: 'alice' } : null;
}

const EVENTS = [
  'handshakeRejected',
  'sessionOpening',
  'sessionOpened',
  'sessionClosed',
  'principalChanged',
  'callStarted',
  'callEnded',
] as const;

/** Writes down everything that it hears, as text. */
function listener(heard: string[]): RealtimeObserver {
  return Object.fromEntries([...EVENTS, 'fault'].map((event) => [event, (facts: object) => void heard.push(text(facts))]));
}

function text(facts: object): string {
  return JSON.stringify(facts, (_key, value: unknown) => (value instanceof Error ? `${value.message} ${value.stack ?? ''}` : value));
}

it('however they come, and whether they are good, bad or break the authenticator', async () => {
  const logger = new CollectingLogger();
  const heard: string[] = [];
  await using node = await startNode({
    logger,
    providers: [PeopleGateway],
    options: { auth: { authenticator: careless, cookie: 'sid', queryToken: 'token' }, observers: [listener(heard)] },
  });
  const bodies: string[] = [];
  for (const token of [`bad-${SECRET}`, `break-${SECRET}`]) {
    const attempts: [string, Record<string, string>][] = [
      ['/ws', { Authorization: `Bearer ${token}` }],
      ['/ws', { 'Sec-WebSocket-Protocol': `jsonrpc, bearer.${token}` }],
      ['/ws', { Cookie: `sid=${token}` }],
      [`/ws?token=${token}`, {}],
    ];
    for (const [target, headers] of attempts) {
      const { status, body } = await rawUpgrade(node.port, target, headers);
      expect(status).toBe(token.startsWith('bad') ? 401 : 500);
      bodies.push(body);
    }
    await using peer = await node.connect();
    for (const method of ['login', 'refresh']) bodies.push(JSON.stringify((await peer.request(method, { accessToken: token })).error));
  }
  await using good = await RpcPeer.connect(node.url(`/ws?token=${SECRET}`));
  await using second = await RpcPeer.connect(node.url(), { protocols: ['jsonrpc', `bearer.${SECRET}`] });
  for (const peer of [good, second]) await peer.result('refresh', { accessToken: SECRET });
  const handshakes = node.app.get(PeopleGateway).sessions.map(({ handshake }) => JSON.stringify(handshake));

  expect(logger.errors.length).toBeGreaterThan(0);
  expect(heard.length).toBeGreaterThan(0);
  for (const line of [...logger.lines, ...heard, ...bodies, ...handshakes]) expect(line).not.toContain(SECRET);
  Logger.overrideLogger(false);
});
