/** The address of a client behind proxies. */
import { rawUpgrade } from '../nest/raw-http.js';
import { PeopleGateway } from '../sessions/people.gateway.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';
import { Rejections } from './rejections.js';

async function addressOf(trustedProxies: string[], forwarded: string): Promise<string | undefined> {
  await using node = await startNode({ providers: [PeopleGateway], options: { trustedProxies } });
  await using peer = await RpcPeer.connect(node.url(), { headers: { 'x-forwarded-for': forwarded } });
  await peer.settled();
  return node.app.get(PeopleGateway).sessions[0]?.handshake.address;
}

it.each<[string, string[], string, string]>([
  ['is the peer itself where no proxy is trusted', [], '6.6.6.6', '127.0.0.1'],
  ['is the peer itself where it is not the proxy', ['10.0.0.0/8'], '6.6.6.6', '127.0.0.1'],
  ['is what a trusted proxy says', ['127.0.0.1'], '6.6.6.6', '6.6.6.6'],
  ['is not what the client says of itself', ['127.0.0.1'], '1.1.1.1, 6.6.6.6', '6.6.6.6'],
  ['is found behind several proxies', ['127.0.0.1', '10.0.0.0/8'], '1.1.1.1, 6.6.6.6, 10.1.2.3, 10.9.9.9', '6.6.6.6'],
  ['is found behind proxies of IPv6', ['127.0.0.1', 'fd00::/8'], '2001:db8::7, fd12::1', '2001:db8::7'],
  ['is the last proxy where the chain makes no sense', ['127.0.0.1', '10.0.0.0/8'], '6.6.6.6, unknown, 10.1.2.3', '10.1.2.3'],
])('%s', async (_what, trusted, forwarded, address) => {
  expect(await addressOf(trusted, forwarded)).toBe(address);
});

it('is what connections are limited by, and what observers are told', async () => {
  const rejections = new Rejections();
  const options = { trustedProxies: ['127.0.0.1'], limits: { connections: { perAddress: 1 } }, observers: [rejections] };
  await using node = await startNode({ options });
  await using one = await RpcPeer.connect(node.url(), { headers: { 'x-forwarded-for': '6.6.6.6' } });
  await using other = await RpcPeer.connect(node.url(), { headers: { 'x-forwarded-for': '7.7.7.7' } });
  await Promise.all([one.settled(), other.settled()]);
  expect((await rawUpgrade(node.port, '/ws', { 'X-Forwarded-For': '9.9.9.9, 6.6.6.6' })).status).toBe(429);
  expect(rejections.facts).toEqual([{ status: 429, reason: 'AddressLimit', address: '6.6.6.6' }]);
});

it('of a whole IPv6 network counts as one', async () => {
  const options = { trustedProxies: ['127.0.0.1'], limits: { connections: { perAddress: 1 } } };
  await using node = await startNode({ options });
  await using one = await RpcPeer.connect(node.url(), { headers: { 'x-forwarded-for': '2001:db8:1:2::1' } });
  await one.settled();
  expect((await rawUpgrade(node.port, '/ws', { 'X-Forwarded-For': '2001:db8:1:2:ffff::9' })).status).toBe(429);
  await using other = await RpcPeer.connect(node.url(), { headers: { 'x-forwarded-for': '2001:db8:1:3::1' } });
  await other.settled();
});
