import { tickDone } from '../../../../test/sessions/fake-transport.js';
import { OUTBOUND_DEFAULTS } from '../outbound/outbound-queue.js';
import { openingSessions } from '../session/open-session.fixture.js';
import type { Session } from '../session/session.js';
import { LocalDelivery } from './local-delivery.js';
import type { PushTarget } from './push-target.js';
import { exceptedIds } from './push-target.js';
import { SessionRegistry } from './session-registry.js';
import { TopicIndex } from './topic-index.js';

function house(maxFrames: number = OUTBOUND_DEFAULTS.maxFrames) {
  const topics = new TopicIndex();
  const registry = new SessionRegistry(topics, ['web', 'ios']);
  const connect = openingSessions(registry, { outbound: { ...OUTBOUND_DEFAULTS, maxFrames } });
  return { topics, registry, connect, delivery: new LocalDelivery(registry, topics) };
}

describe('LocalDelivery', () => {
  it('gives every receiver the very same frame', async () => {
    const { delivery, connect } = house();
    const peers = [connect(), connect(), connect()];
    expect(delivery.deliver({ kind: 'all' }, 'm', '{"n":1}', undefined)).toBe(3);
    await tickDone();
    const frames = peers.map(({ transport }) => transport.writes[0]?.[0]);
    expect(frames[0]).toMatchObject({ text: '{"n":1}', bytes: 7 });
    expect(frames.map((frame) => frame === frames[0])).toEqual([true, true, true]);
  });

  it('finds whom a target means', async () => {
    const { delivery, topics, connect } = house();
    const [a, b, c] = [connect().session, connect().session, connect().session];
    await a.login({ userId: 'u', platform: 'web' });
    await b.login({ userId: 'u', platform: 'ios' });
    topics.join(c, 't');
    const cases: readonly (readonly [PushTarget, readonly Session[]])[] = [
      [{ kind: 'session', sessionId: a.id }, [a]],
      [{ kind: 'session', sessionId: 'nobody' }, []],
      [{ kind: 'user', userId: 'u' }, [a, b]],
      [{ kind: 'user', userId: 'u', platform: 'ios' }, [b]],
      [{ kind: 'user', userId: 'nobody' }, []],
      [{ kind: 'topic', topic: 't' }, [c]],
      [{ kind: 'topic', topic: 'nothing' }, []],
      [{ kind: 'signed-in' }, [a, b]],
      [{ kind: 'all' }, [a, b, c]],
    ];
    for (const [target, sessions] of cases) expect([target, [...delivery.find(target)]]).toEqual([target, sessions]);
  });

  it('refuses a target that it does not know, and delivers to nobody', () => {
    const { delivery, connect } = house();
    const { transport } = connect();
    const unknown = { kind: 'everybody' } as unknown as PushTarget; // what JavaScript may pass
    expect(() => delivery.deliver(unknown, 'm', '{}', undefined)).toThrow(TypeError);
    expect(transport.log).toEqual([]);
  });

  it('reaches all others, each once, while receivers fall out of the set that it walks', async () => {
    const { delivery, topics, connect } = house(1);
    const peers = Array.from({ length: 20 }, connect);
    for (const { session } of peers) topics.join(session, 't');
    const slow = peers.filter((_, index) => index % 3 === 0);
    for (const { session, transport } of slow) {
      transport.writable = false;
      session.push('full');
    }
    expect(delivery.deliver({ kind: 'topic', topic: 't' }, 'm', '{}', undefined)).toBe(peers.length - slow.length);
    await tickDone();
    for (const { session, transport } of peers) {
      const isSlow = slow.some((peer) => peer.session === session);
      expect([session.state, transport.texts]).toEqual(isSlow ? ['closing', []] : ['open', ['{}']]);
    }
    expect(topics.sessionsOf('t').size).toBe(peers.length - slow.length);
  });

  it('does not count a session that drops the push, and leaves it open', () => {
    const { delivery, connect } = house(1);
    const [slow, healthy] = [connect(), connect()];
    slow.transport.writable = false;
    slow.session.push('full');
    expect(delivery.deliver({ kind: 'all' }, 'm', '{}', undefined, { policy: 'drop-newest' })).toBe(1);
    expect([slow.session.state, healthy.session.state]).toEqual(['open', 'open']);
  });

  it('does not count a session that is on its way out', () => {
    const { delivery, connect } = house();
    const [gone] = [connect(), connect()];
    gone.session.close();
    expect(delivery.deliver({ kind: 'all' }, 'm', '{}', undefined)).toBe(1);
  });
});

describe('the sessions that a push passes over', () => {
  it('are named by id or as they are, one or many', () => {
    const { delivery, connect } = house();
    const [a, b, c] = [connect().session, connect().session, connect().session];
    const reached = (except: Parameters<typeof exceptedIds>[0]): number =>
      delivery.deliver({ kind: 'all' }, 'm', '{}', exceptedIds(except));
    expect(reached(undefined)).toBe(3);
    expect(reached({})).toBe(3);
    expect(reached({ except: [] })).toBe(3);
    expect(reached({ except: a })).toBe(2);
    expect(reached({ except: a.id })).toBe(2);
    expect(reached({ except: [a, b.id, 'nobody', a] })).toBe(1);
    expect(reached({ except: [a, b, c] })).toBe(0);
  });
});
