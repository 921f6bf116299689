/** Sessions that do not sign in in time, and sign-ins that run out. */
import { APP_GUARD } from '@nestjs/core';
import { AuthenticatedGuard, RpcMethod } from 'nestjs-realtime';
import type { Principal } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';
import { PeopleGateway } from '../sessions/people.gateway.js';
import { staticAuth } from './accounts.js';

describe('anonymousTimeoutMs', () => {
  it('ends a session that has not signed in by then', async () => {
    await using node = await startNode({ options: { auth: staticAuth(), anonymousTimeoutMs: 200 } });
    const startedMs = performance.now();
    await using peer = await node.connect();
    expect(await peer.closed).toEqual({ code: 4503, reason: 'AnonymousTimeout' });
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(200);
  });

  it('is not prolonged by calls', async () => {
    await using node = await startNode({ options: { auth: staticAuth(), anonymousTimeoutMs: 100 } });
    await using peer = await node.connect();
    const timer = setInterval(() => peer.notify('heartbeat'), 5);
    expect((await peer.closed).code).toBe(4503);
    clearInterval(timer);
  });

  it('lets those be that sign in, with the opening request or later', async () => {
    await using node = await startNode({ options: { auth: staticAuth(), anonymousTimeoutMs: 500 } });
    await using early = await node.connect();
    await early.result('login', { accessToken: 'alice-token' });
    await using silent = await node.connect();
    expect((await silent.closed).code).toBe(4503);
    expect(await early.result('heartbeat')).toMatchObject({ status: 'ok' });
    expect(node.hub.stats()).toMatchObject({ signedIn: 1, anonymous: 0 });
  });

  it('begins again when a session signs out', async () => {
    await using node = await startNode({ options: { auth: staticAuth(), anonymousTimeoutMs: 500 } });
    await using peer = await node.connect();
    await peer.result('login', { accessToken: 'alice-token' });
    await using other = await node.connect();
    await other.closed;
    await peer.result('logout');
    expect((await peer.closed).code).toBe(4503);
  });

  it('is off with 0, and without an authenticator', async () => {
    await using strict = await startNode({ options: { auth: staticAuth(), anonymousTimeoutMs: 50 } });
    await using off = await startNode({ options: { auth: staticAuth(), anonymousTimeoutMs: 0 } });
    await using without = await startNode({ options: { anonymousTimeoutMs: 50 } });
    await using first = await off.connect();
    await using second = await without.connect();
    await using clock = await strict.connect();
    await clock.closed;
    expect(await first.result('heartbeat')).toMatchObject({ status: 'ok' });
    expect(await second.result('heartbeat')).toMatchObject({ status: 'ok' });
  });

  it('of 300 sessions together ends them all, and the node goes on', async () => {
    await using node = await startNode({ options: { auth: staticAuth(), anonymousTimeoutMs: 1_000 } });
    const peers = await Promise.all(Array.from({ length: 300 }, () => node.connect()));
    const codes = new Set((await Promise.all(peers.map(({ closed }) => closed))).map(({ code }) => code));
    expect([...codes]).toEqual([4503]);
    await eventually(() => expect(node.hub.stats()).toMatchObject({ sessions: { open: 0, closing: 0 }, anonymous: 0, signedIn: 0 }));
    await using next = await node.connect();
    expect(await next.result('login', { accessToken: 'bob-token' })).toMatchObject({ userId: 'bob' });
  });
});

describe('a sign-in that runs out', () => {
  const soon =
    (ms: number): (() => Principal) =>
    () => ({ userId: 'carol', expiresAtMs: Date.now() + ms });

  it('is told to the peer, which is sent away when it does nothing', async () => {
    await using node = await startNode({ options: { auth: { authenticator: soon(200), refreshGraceMs: 100 } } });
    await using peer = await node.connect();
    await peer.result('login', { accessToken: 'x' });
    expect(await peer.closed).toEqual({ code: 4502, reason: 'SessionExpired' });
    expect(peer.pushes).toMatchObject([{ method: 'session.expired', params: { reason: expect.any(String) } }]);
    expect(node.hub.stats()).toMatchObject({ signedIn: 0, users: 0 });
  });

  it('is told together with the goodbye where there is no grace', async () => {
    await using node = await startNode({ options: { auth: { authenticator: soon(200), refreshGraceMs: 0 }, anonymousTimeoutMs: 1_000 } });
    await using peer = await node.connect();
    await peer.result('login', { accessToken: 'x' });
    expect((await peer.closed).code).toBe(4502);
    expect(peer.pushes.map(({ method }) => method)).toEqual(['session.expired']);
  });

  it('goes on if the peer refreshes within the grace', async () => {
    let lifeMs = 300;
    const authenticator = (): Principal => ({ userId: 'carol', expiresAtMs: Date.now() + lifeMs });
    await using node = await startNode({ options: { auth: { authenticator, refreshGraceMs: 1_000 } } });
    await using peer = await node.connect();
    await peer.result('login', { accessToken: 'x' });
    await peer.result('subscribe', { topics: ['news'] });
    await peer.push('session.expired');
    lifeMs = 60_000;
    await peer.result('refresh', { accessToken: 'x' });
    await using other = await node.connect();
    lifeMs = 100;
    await other.result('login', { accessToken: 'x' });
    expect((await other.closed).code).toBe(4502);
    expect(await peer.result('subscribe', { topics: ['news'] })).toEqual({ subscribed: ['news'] });
    expect(peer.pushes).toHaveLength(1);
  });

  it('no longer opens guards and topics, also within the grace', async () => {
    class Secrets {
      @RpcMethod()
      secret(): number {
        return 42;
      }
    }
    const guard = { provide: APP_GUARD, useClass: AuthenticatedGuard };
    const auth = { authenticator: soon(500), refreshGraceMs: 60_000 };
    await using node = await startNode({ providers: [Secrets, guard], options: { auth, methods: { heartbeat: 'beat' } } });
    await using peer = await node.connect();
    await peer.result('login', { accessToken: 'x' });
    expect(await peer.result('secret')).toBe(42);
    await eventually(async () => {
      expect((await peer.request('secret')).error).toMatchObject({ code: -32001, message: 'The sign-in has run out' });
    });
    expect((await peer.request('subscribe', { topics: ['news'] })).error).toMatchObject({ code: -32001 });
    expect(await peer.result('refresh', { accessToken: 'x' })).toMatchObject({ userId: 'carol' });
  });

  it('ends sessions that a method of the team signed in as well', async () => {
    await using node = await startNode({ providers: [PeopleGateway], options: { auth: { refreshGraceMs: 50 } } });
    await using peer = await node.connect();
    await peer.result('signIn', { userId: 'u', expiresAtMs: Date.now() + 300 });
    expect((await peer.closed).code).toBe(4502);
  });
});
