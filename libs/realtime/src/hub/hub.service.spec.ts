import { RawJson, RpcError } from 'nestjs-realtime-protocol';
import { tickDone } from '../../../../test/sessions/fake-transport.js';
import { OUTBOUND_DEFAULTS } from '../outbound/outbound-queue.js';
import { openingSessions } from '../session/open-session.fixture.js';
import { HubService } from './hub.service.js';
import { LocalDelivery } from './local-delivery.js';
import type { PushTarget } from './push-target.js';
import { SessionRegistry } from './session-registry.js';
import { TopicIndex } from './topic-index.js';
import type { TopicRules } from './topic-rules.js';

const ALL: PushTarget = { kind: 'all' };

function house(maxFrames: number = OUTBOUND_DEFAULTS.maxFrames) {
  const topics = new TopicIndex();
  const registry = new SessionRegistry(topics, ['web', 'ios']);
  const connect = openingSessions(registry, { outbound: { ...OUTBOUND_DEFAULTS, maxFrames } });
  const rules: TopicRules = {
    checkName: (name) => {
      if (name === '') throw RpcError.of('InvalidParams', 'empty');
    },
    slowRuleOf: () => undefined,
    review: () => Promise.resolve([]),
  };
  return { connect, hub: new HubService(new LocalDelivery(registry, topics), rules) };
}

describe('a push', () => {
  it('is queued at every receiver before the call returns', async () => {
    const { hub, connect } = house();
    const { session, transport } = connect();
    const counting = hub.push(ALL, 'first');
    session.push('second');
    expect(await counting).toEqual({ reached: 1 });
    await tickDone();
    expect(transport.messages.map(({ method }) => method)).toEqual(['first', 'second']);
  });

  it('encodes its params once, however many receivers there are', async () => {
    const { hub, connect } = house();
    for (let i = 0; i < 10; i++) connect();
    let encoded = 0;
    const params = { toJSON: () => ({ times: ++encoded }) };
    expect(await hub.broadcast('a', params)).toEqual({ reached: 10 });
    expect(encoded).toBe(1);
  });

  it('names the topic that it goes to, and no topic otherwise', async () => {
    const { hub, connect } = house();
    const { session, transport } = connect();
    await hub.subscribe(ALL, 'room:"1"');
    await session.login({ userId: 'u', platform: 'web' });
    await hub.pushToTopic('room:"1"', 'a', { n: 1 });
    await hub.pushToUser('u', 'b', [1]);
    await hub.pushToSession(session.id, 'c');
    await hub.broadcast('d');
    await tickDone();
    expect(transport.messages).toEqual([
      { jsonrpc: '2.0', method: 'a', params: { n: 1 }, topic: 'room:"1"' },
      { jsonrpc: '2.0', method: 'b', params: [1] },
      { jsonrpc: '2.0', method: 'c' },
      { jsonrpc: '2.0', method: 'd' },
    ]);
  });

  it('takes params that were encoded beforehand as they are', async () => {
    const { hub, connect } = house();
    const { transport } = connect();
    await hub.broadcast('a', RawJson.parse(' { "n" : 1.0 , "big": 12345678901234567890 }'));
    await hub.broadcast('a', RawJson.encode(['x']));
    await tickDone();
    expect(transport.texts).toEqual([
      '{"jsonrpc":"2.0","method":"a","params": { "n" : 1.0 , "big": 12345678901234567890 }}',
      '{"jsonrpc":"2.0","method":"a","params":["x"]}',
    ]);
  });

  const cycle: unknown[] = [];
  cycle.push(cycle);
  it.each([
    ['text', 'hello'],
    ['a number', 7],
    ['null', null],
    ['a boolean', false],
    ['a function', () => 0],
    ['an object that encodes itself as text', new Date(0)],
    ['an object that encodes itself as nothing', { toJSON: () => undefined }],
    ['a cycle', cycle],
    ['a BigInt inside', { n: 1n }],
    ['finished JSON that is text', RawJson.encode('hello')],
    ['finished JSON that is null', RawJson.encode(null)],
  ])('rejects with a TypeError, and sends nothing, if its params are %s', async (_case, params) => {
    const { hub, connect } = house();
    // Told also while nobody listens: the fault is there before the first receiver is.
    await expect(hub.pushToTopic('nobody', 'a', params)).rejects.toBeInstanceOf(TypeError);
    const { transport, session } = connect();
    await expect(hub.broadcast('a', params)).rejects.toBeInstanceOf(TypeError);
    await tickDone();
    expect([session.state, transport.log]).toEqual(['open', []]);
  });

  it.each([undefined, ''])('rejects with a TypeError, and sends nothing, if its method is %j', async (method) => {
    const { hub, connect } = house();
    const { transport, session } = connect();
    await expect(hub.broadcast(method as string, {})).rejects.toThrow(/^The method of a JSON-RPC message must be a string/);
    expect(() => session.push(method as string)).toThrow(TypeError);
    await expect(session.call(method as string)).rejects.toBeInstanceOf(TypeError);
    await tickDone();
    expect([session.state, transport.log]).toEqual(['open', []]);
  });
});

describe('the hub', () => {
  it('puts sessions into topics and takes them out, and says how many', async () => {
    const { hub, connect } = house();
    const [a, b, c] = [connect().session, connect().session, connect().session];
    await a.login({ userId: 'u', platform: 'web' });
    await b.login({ userId: 'u', platform: 'ios' });
    expect(await hub.subscribe({ kind: 'user', userId: 'u' }, 't')).toEqual({ count: 2, missingNodes: [] });
    expect(await hub.subscribe(ALL, 't')).toEqual({ count: 1, missingNodes: [] });
    expect(await hub.subscribe(ALL, 't')).toEqual({ count: 0, missingNodes: [] });
    expect(hub.sessionsOfTopic('t')).toEqual([a, b, c]);
    expect(await hub.unsubscribe({ kind: 'session', sessionId: a.id }, 't')).toEqual({ count: 1, missingNodes: [] });
    expect(await hub.unsubscribe({ kind: 'topic', topic: 't' }, 't')).toEqual({ count: 2, missingNodes: [] });
    expect(await hub.unsubscribe(ALL, 't')).toEqual({ count: 0, missingNodes: [] });
    expect(hub.stats().topics).toBe(0);
  });

  it('refuses a topic name that no topic can have, before anybody joins', async () => {
    const { hub, connect } = house();
    const { session } = connect();
    await expect(hub.subscribe(ALL, '')).rejects.toThrow(RpcError);
    expect([session.topics.size, hub.stats().topics]).toEqual([0, 0]);
  });

  it('hands out lists that stay as they are', async () => {
    const { hub, connect } = house();
    const { session } = connect();
    await session.login({ userId: 'u' });
    await hub.subscribe(ALL, 't');
    const lists = [hub.find(ALL), hub.sessionsOfUser('u'), hub.sessionsOfTopic('t')];
    session.close();
    expect(lists).toEqual([[session], [session], [session]]);
    expect([hub.find(ALL), hub.sessionsOfUser('u'), hub.sessionsOfTopic('t'), hub.session(session.id)]).toEqual([[], [], [], undefined]);
  });
});

describe('a kick', () => {
  it('tells the session why, then closes it for good', async () => {
    const { hub, connect } = house();
    const [kicked, other] = [connect(), connect()];
    await kicked.session.login({ userId: 'u' });
    expect(await hub.kick({ kind: 'user', userId: 'u' }, 'spam')).toEqual({ count: 1, missingNodes: [] });
    expect(kicked.transport.log).toEqual(['write {"jsonrpc":"2.0","method":"session.kicked","params":{"reason":"spam"}}', 'close 4500']);
    expect(other.transport.log).toEqual([]);
    expect(await hub.kick({ kind: 'user', userId: 'u' }, 'again')).toEqual({ count: 0, missingNodes: [] });
  });

  it.each(['topic', 'all', 'signed-in'] as const)('sends away everybody of a target: %s', async (kind) => {
    const { hub, connect } = house();
    const peers = [connect(), connect(), connect()];
    for (const [index, { session }] of peers.entries()) await session.login({ userId: `u${index}` });
    await hub.subscribe(ALL, 't');
    expect(await hub.kick(kind === 'topic' ? { kind, topic: 't' } : { kind }, 'closing time')).toEqual({ count: 3, missingNodes: [] });
    expect(peers.map(({ transport }) => transport.goodbye?.code)).toEqual([4500, 4500, 4500]);
    expect(hub.stats()).toMatchObject({ sessions: { open: 0, closing: 3 }, signedIn: 0, topics: 0 });
  });

  it('closes with 4500 also a session whose queue is full: 4002 would ask it to come back', async () => {
    const { hub, connect } = house(1);
    const { session, transport } = connect();
    transport.writable = false;
    session.push('full');
    expect(await hub.kick({ kind: 'session', sessionId: session.id }, 'spam')).toEqual({ count: 1, missingNodes: [] });
    expect([session.state, transport.goodbye?.code]).toEqual(['closing', 4500]);
  });
});
