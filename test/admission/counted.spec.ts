/** Every refused handshake is told to observers under a word that peers cannot invent. */
import type { RawHeaders } from '../nest/raw-http.js';
import { rawUpgrade } from '../nest/raw-http.js';
import { staticAuth } from '../auth/accounts.js';
import { startNode } from '../support/start-node.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { Rejections } from './rejections.js';

it('by status and reason, once each', async () => {
  const rejections = new Rejections();
  await using node = await startNode({ options: { auth: staticAuth(), path: '/ws/:room', observers: [rejections] } });
  const attempts: [string, RawHeaders, number, string][] = [
    ['/ws/%zz', {}, 400, 'BadRequest'],
    ['/ws/1', { 'Sec-WebSocket-Key': 'short' }, 400, 'BadRequest'],
    ['/ws/1', { Host: undefined }, 400, 'BadRequest'],
    ['/nowhere', {}, 404, 'NotFound'],
    ['/ws/1', { 'Sec-WebSocket-Version': '8' }, 426, 'UpgradeRequired'],
    ['/ws/1', { Origin: 'http://evil.example' }, 403, 'OriginRefused'],
    ['/ws/1', { Authorization: 'Bearer wrong' }, 401, 'Unauthorized'],
  ];
  for (const [target, headers, status] of attempts) expect((await rawUpgrade(node.port, target, headers)).status).toBe(status);
  expect(rejections.facts).toEqual(attempts.map(([, , status, reason]) => ({ status, reason, address: '127.0.0.1' })));
});

it('and what is let in is told before there is a session', async () => {
  const heard: string[] = [];
  const observer = {
    sessionOpening: (facts: object): void => void heard.push(`opening ${JSON.stringify(facts)}`),
    sessionOpened: (): void => void heard.push('opened'),
  };
  await using node = await startNode({ options: { observers: [observer], path: '/ws/:room' } });
  await using peer = await RpcPeer.connect(node.url('/ws/1'));
  await peer.settled();
  expect(heard).toEqual(['opening {"address":"127.0.0.1","endpoint":"/ws/:room"}', 'opened']);
});
