import { topicCalls } from './topic-calls.js';

describe('calls for topics', () => {
  it('go to the methods that the server has, and read what it answers', async () => {
    const asked: unknown[] = [];
    const request = async (method: string, params: unknown): Promise<unknown> => (asked.push([method, params]), { subscribed: ['a'] });
    const calls = topicCalls({ request }, { subscribe: 'join', unsubscribe: 'part' }, () => undefined);
    expect([...(await calls.subscribe(['a', 'b'])).keys()]).toEqual(['b']);
    await calls.unsubscribe(['a']);
    expect(asked).toEqual([
      ['join', { topics: ['a', 'b'] }],
      ['part', { topics: ['a'] }],
    ]);
  });
});
