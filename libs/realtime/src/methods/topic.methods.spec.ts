import type { Params } from 'nestjs-realtime-protocol';
import { RpcError } from 'nestjs-realtime-protocol';
import { SessionRegistry } from '../hub/session-registry.js';
import { TopicIndex } from '../hub/topic-index.js';
import { RpcCall } from '../rpc/rpc-call.js';
import { openSession } from '../session/open-session.fixture.js';
import { TopicPolicies } from '../topics/topic-policies.js';
import { TOPIC_LIMIT_DEFAULTS, TopicService } from '../topics/topic.service.js';
import { TopicMethods } from './topic.methods.js';

function house() {
  const index = new TopicIndex();
  const { session } = openSession({ host: new SessionRegistry(index, []) });
  const methods = new TopicMethods(new TopicService(index, new TopicPolicies('allow'), TOPIC_LIMIT_DEFAULTS));
  return { session, methods, call: (params: unknown) => new RpcCall(session, 'subscribe', params as Params, '1', undefined) };
}

const WRONG: readonly (readonly [unknown, string])[] = [
  [undefined, 'topics'],
  [['a'], 'topics'],
  [{}, 'topics'],
  [{ topics: 'a' }, 'topics'],
  [{ topics: { 0: 'a', length: 1 } }, 'topics'],
  [{ topics: null }, 'topics'],
  [{ topics: [] }, 'topics'],
  [{ topics: ['a', 7] }, 'topics.1'],
  [{ topics: [null] }, 'topics.0'],
  [{ topics: [['a']] }, 'topics.0'],
  [{ topics: [{}] }, 'topics.0'],
  [{ topics: [{ topic: 7 }] }, 'topics.0'],
];

describe('the topic methods', () => {
  it.each(WRONG)('answer %j with InvalidParams that names %s', async (params, path) => {
    const { methods, call, session } = house();
    const refused = { code: -32602, reason: 'InvalidParams', data: { errors: [expect.objectContaining({ path })] } };
    await expect((async () => methods.subscribe(call(params)))()).rejects.toMatchObject(refused);
    expect(() => methods.unsubscribe(call(params))).toThrow(RpcError);
    expect(session.topics.size).toBe(0);
  });

  it('take names, and objects that name a topic', async () => {
    const { methods, call } = house();
    const params = { topics: ['a', { topic: 'b' }, { topic: 'c', since: { offset: 1, epoch: 'e' } }] };
    expect(await methods.subscribe(call(params))).toEqual({ subscribed: ['a', 'b', 'c'] });
  });

  it('join when the reply is queued, and not before', async () => {
    const { methods, call, session } = house();
    const subscribing = call({ topics: ['a'] });
    await methods.subscribe(subscribing);
    expect([...session.topics]).toEqual([]);
    subscribing.runBeforeReply();
    expect([...session.topics]).toEqual(['a']);
  });
});
