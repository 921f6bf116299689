import { answersIn } from './subscribe-result.js';

describe('the answer to subscribe', () => {
  it('refuses what it rejects, with code, reason, sentence and details', () => {
    const result = {
      subscribed: ['a'],
      rejected: [{ topic: 'b', code: -32003, reason: 'PermissionDenied', message: 'no', data: { errorId: 'e' } }],
    };
    const answers = answersIn(result, ['a', 'b']);
    expect([...answers.keys()]).toEqual(['b']);
    expect(answers.get('b')).toMatchObject({ code: -32003, reason: 'PermissionDenied', message: 'no', data: { errorId: 'e' } });
  });

  it('gives the state of topics that it grants, and of no others', () => {
    const result = { subscribed: ['a', 'b'], rejected: [{ topic: 'b', code: 1 }], snapshots: { a: null, b: 2, c: 3 } };
    expect([...answersIn(result, ['a', 'b'])]).toMatchObject([
      ['b', { code: 1 }],
      ['a', { state: null }],
    ]);
  });

  it('refuses what it does not speak of', () => {
    expect([...answersIn({ subscribed: ['a'] }, ['a', 'b'])]).toMatchObject([['b', { code: 'BAD_ANSWER' }]]);
  });

  it.each([[null], ['text'], [{ subscribed: 'a', rejected: [null, { topic: 1 }] }]])('confirms nothing when it is %j', (result) => {
    expect([...answersIn(result, ['a']).keys()]).toEqual(['a']);
  });
});
