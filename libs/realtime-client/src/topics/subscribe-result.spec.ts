import { refusalsIn } from './subscribe-result.js';

describe('the answer to subscribe', () => {
  it('refuses what it rejects, with code, reason, sentence and details', () => {
    const result = {
      subscribed: ['a'],
      rejected: [{ topic: 'b', code: -32003, reason: 'PermissionDenied', message: 'no', data: { errorId: 'e' } }],
    };
    const refusals = refusalsIn(result, ['a', 'b']);
    expect([...refusals.keys()]).toEqual(['b']);
    expect(refusals.get('b')).toMatchObject({ code: -32003, reason: 'PermissionDenied', message: 'no', data: { errorId: 'e' } });
  });

  it('refuses what it does not speak of', () => {
    expect([...refusalsIn({ subscribed: ['a'] }, ['a', 'b'])]).toMatchObject([['b', { code: 'BAD_ANSWER' }]]);
  });

  it.each([[null], ['text'], [{ subscribed: 'a', rejected: [null, { topic: 1 }] }]])('confirms nothing when it is %j', (result) => {
    expect([...refusalsIn(result, ['a']).keys()]).toEqual(['a']);
  });
});
