/** What the team's code says of a peer may be wrong: that is the server's fault, and the log says it. */
import { JwtService } from '@nestjs/jwt';
import type { AuthenticateFunction, Principal } from 'nestjs-realtime';
import { JwtAuthenticator } from 'nestjs-realtime';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import { rawUpgrade } from '../nest/raw-http.js';
import { startNode } from '../support/start-node.js';

const ERROR_ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** What JavaScript may return, whatever the types say. */
const returning =
  (principal: unknown): AuthenticateFunction =>
  () =>
    principal as Principal;

it.each<[unknown, RegExp]>([
  [{ userId: 7 }, /userId/],
  [{ userId: '' }, /userId/],
  ['ada', /must be an object/],
  [{ userId: 'ada', roles: 'admin' }, /roles/],
  [{ userId: 'ada', expiresAtMs: null }, /expiresAtMs/],
  [{ userId: 'ada', expiresAtMs: NaN }, /expiresAtMs/],
])('somebody who cannot be, as %p, is not blamed on the peer', async (principal, said) => {
  const logger = new CollectingLogger();
  await using node = await startNode({ logger, options: { auth: { authenticator: returning(principal) } } });
  const response = await rawUpgrade(node.port, '/ws', { Authorization: 'Bearer token-of-ada' });
  expect([response.status, JSON.parse(response.body)]).toEqual([500, expect.objectContaining({ reason: 'InternalError' })]);
  expect(logger.errors).toEqual([expect.stringMatching(said)]);
  expect(logger.errors[0]).toMatch(ERROR_ID);
  await using peer = await node.connect();
  const { error } = await peer.request('login', { accessToken: 'token-of-ada' });
  expect(error).toMatchObject({ code: -32603, message: 'Internal server error', data: { errorId: expect.stringMatching(ERROR_ID) } });
  expect(logger.errors).toHaveLength(2);
  expect(logger.errors[1]).toMatch(said);
  expect(node.hub.stats()).toMatchObject({ signedIn: 0, anonymous: 1 });
});

it('a server that has no key for tokens says so, and tells peers nothing', async () => {
  const logger = new CollectingLogger();
  const token = await new JwtService({ secret: 'k' }).signAsync({ sub: 'ada' });
  const authenticator = new JwtAuthenticator(new JwtService({}));
  await using node = await startNode({ logger, options: { auth: { authenticator } } });
  const response = await rawUpgrade(node.port, '/ws', { Authorization: `Bearer ${token}` });
  expect(response.status).toBe(500);
  expect(response.body).not.toContain('key');
  expect(logger.errors).toEqual([expect.stringMatching(/secret or public key must be provided/)]);
});
