import { PLATFORM_DEFAULTS } from '../session/principal.js';
import { openingSessions } from '../session/open-session.fixture.js';
import type { Session } from '../session/session.js';
import { SessionRegistry } from './session-registry.js';
import { TopicIndex } from './topic-index.js';

const NOTHING = { sessions: { open: 0, closing: 0 }, signedIn: 0, anonymous: 0, byPlatform: {}, users: 0, topics: 0 };

function house() {
  const topics = new TopicIndex();
  const registry = new SessionRegistry(topics, PLATFORM_DEFAULTS);
  const open = openingSessions(registry);
  const connect = (): Session => open().session;
  const signIn = async (userId: string, platform?: string): Promise<Session> => {
    const session = connect();
    await session.login({ userId, ...(platform === undefined ? {} : { platform }) });
    return session;
  };
  return { topics, registry, connect, signIn };
}

describe('SessionRegistry', () => {
  it('finds sessions by id, by user, and by user and platform', async () => {
    const { registry, connect, signIn } = house();
    const anonymous = connect();
    const [web, ios, plain] = [await signIn('u', 'web'), await signIn('u', 'ios'), await signIn('u')];
    expect(registry.get(anonymous.id)).toBe(anonymous);
    expect(registry.get('nobody')).toBeUndefined();
    expect(new Set(registry.ofUser('u'))).toEqual(new Set([web, ios, plain]));
    expect([...registry.ofUser('u', 'web')]).toEqual([web]);
    expect([...registry.ofUser('u', 'android')]).toEqual([]);
    expect(new Set(registry.allSignedIn())).toEqual(new Set([web, ios, plain]));
    expect(new Set(registry.all())).toEqual(new Set([anonymous, web, ios, plain]));
  });

  it('never takes one user for another, whatever their ids have in common', async () => {
    const { registry, signIn } = house();
    const ids = ['1', 'user_1', 'a:1', 'web:1', '1:web', 'web', '1 ', '01', '__proto__', 'constructor', 'ß', 'SS'];
    const sessions = new Map<string, Session>();
    for (const id of ids) sessions.set(id, await signIn(id, 'web'));
    for (const id of ids) {
      expect([...registry.ofUser(id)]).toEqual([sessions.get(id)]);
      expect([...registry.ofUser(id, 'web')]).toEqual([sessions.get(id)]);
    }
    expect([...registry.ofUser('toString'), ...registry.ofUser('user_'), ...registry.ofUser('')]).toEqual([]);
    expect(registry.stats().users).toBe(ids.length);
  });

  it('counts by state, by sign-in and by platform', async () => {
    const { registry, connect, signIn, topics } = house();
    const [anonymous, web] = [connect(), await signIn('a', 'web')];
    await signIn('b', 'web');
    await signIn('b', 'ios');
    await signIn('c');
    topics.join(web, 't');
    const all = { signedIn: 4, anonymous: 1, byPlatform: { web: 2, ios: 1, '': 1 }, users: 3, topics: 1 };
    expect(registry.stats()).toEqual({ sessions: { open: 5, closing: 0 }, ...all });
    web.close();
    anonymous.ended(1006, '', false);
    const rest = { signedIn: 3, anonymous: 0, byPlatform: { web: 1, ios: 1, '': 1 }, users: 2, topics: 0 };
    expect(registry.stats()).toEqual({ sessions: { open: 3, closing: 1 }, ...rest });
    web.ended(1000, '', true);
    expect(registry.stats().sessions).toEqual({ open: 3, closing: 0 });
  });

  it.each([
    [{ userId: '' }],
    [{}],
    [{ userId: null }],
    [{ userId: 7 }],
    [null],
    ['ada'],
    [{ userId: 'x', roles: 'admin' }],
    [{ userId: 'x', roles: ['admin', 7] }],
    [{ userId: 'x', expiresAtMs: null }],
    [{ userId: 'x', expiresAtMs: '2030-01-01' }],
    [{ userId: 'x', expiresAtMs: NaN }],
  ])('takes %j for a fault of the team, and leaves the session who it was', async (principal) => {
    const { registry, signIn } = house();
    const session = await signIn('u');
    const wrong = principal as unknown as { userId: string }; // what JavaScript may hold
    await expect(session.login(wrong)).rejects.toThrow(TypeError);
    expect([session.principal?.userId, registry.stats().users]).toEqual(['u', 1]);
  });

  it.each(['WEB', 'toaster', '', '__proto__'])('refuses the platform %j', async (platform) => {
    const { registry, connect } = house();
    const session = connect();
    await expect(session.login({ userId: 'u', platform })).rejects.toMatchObject({ reason: 'InvalidParams' });
    expect(registry.stats()).toEqual({ ...NOTHING, sessions: { open: 1, closing: 0 }, anonymous: 1 });
  });

  it('moves a session that signs in as another user: old look-ups lose it, its topics are left', async () => {
    const { registry, signIn, topics } = house();
    const session = await signIn('old', 'web');
    topics.join(session, 'of-old');
    await session.login({ userId: 'new', platform: 'ios' });
    expect([[...registry.ofUser('old')], [...registry.ofUser('new', 'ios')], session.topics.size]).toEqual([[], [session], 0]);
    expect(registry.stats()).toEqual({ ...NOTHING, sessions: { open: 1, closing: 0 }, signedIn: 1, byPlatform: { ios: 1 }, users: 1 });
  });

  it('moves a session between platforms of one user, who keeps the topics', async () => {
    const { registry, signIn, topics } = house();
    const session = await signIn('u', 'web');
    topics.join(session, 't');
    await session.login({ userId: 'u', platform: 'ios' });
    expect([[...registry.ofUser('u', 'web')], [...registry.ofUser('u', 'ios')], [...session.topics]]).toEqual([[], [session], ['t']]);
    expect(registry.stats().byPlatform).toEqual({ ios: 1 });
  });

  it('counts a session once that signs in many times, and not at all after it signed out', async () => {
    const { registry, signIn, topics } = house();
    const session = await signIn('u', 'web');
    for (let i = 0; i < 5; i++) await session.login({ userId: 'u', platform: 'web' });
    expect(registry.stats()).toMatchObject({ signedIn: 1, anonymous: 0, byPlatform: { web: 1 }, users: 1 });
    topics.join(session, 't');
    await session.logout();
    expect(session.topics.size).toBe(0);
    expect(registry.stats()).toEqual({ ...NOTHING, sessions: { open: 1, closing: 0 }, anonymous: 1 });
  });

  it('is empty after every kind of end, in whatever order it is told', async () => {
    const { registry, connect, signIn, topics } = house();
    for (let i = 0; i < 100; i++) {
      const session = i % 3 === 0 ? connect() : await signIn(`u${i % 7}`, i % 2 === 0 ? 'web' : 'ios');
      topics.join(session, `t${i % 5}`);
      if (i % 4 === 0) session.close();
      if (i % 8 === 0) await session.logout();
      if (i % 16 === 1) session.terminate();
      session.ended(1006, '', i % 4 === 0);
      session.ended(1006, '', false);
      session.close();
    }
    expect(registry.stats()).toEqual(NOTHING);
    expect([...registry.all(), ...registry.closingOnes(), ...registry.allSignedIn()]).toEqual([]);
  });
});
