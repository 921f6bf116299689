import { parseDemoUsers } from './demo-users.js';

describe('DEMO_USERS', () => {
  it('adds nobody when it is empty', () => {
    const { users, faults } = parseDemoUsers('');
    expect(users.map(({ userId, roles }) => [userId, ...roles])).toEqual([['test'], ['admin', 'admin']]);
    expect(faults).toEqual([]);
  });

  it('adds accounts, with roles and with any character in a password', () => {
    const { users, faults } = parseDemoUsers('ada:love%3Alace%2C1%25, grace:hopper:admin');
    expect(faults).toEqual([]);
    expect(users.slice(2)).toEqual([
      { userId: 'ada', password: 'love:lace,1%', roles: [] },
      { userId: 'grace', password: 'hopper', roles: ['admin'] },
    ]);
  });

  it('takes the place of a well-known account', () => {
    const { users } = parseDemoUsers('admin:something else:admin');
    expect(users.map(({ userId, password }) => [userId, password])).toEqual([
      ['test', '123456'],
      ['admin', 'something else'],
    ]);
  });

  it('takes the roles of a well-known account away unless the entry names them', () => {
    const { users } = parseDemoUsers('admin:something else');
    expect(users.find(({ userId }) => userId === 'admin')?.roles).toEqual([]);
  });

  it.each([
    ['ada', 'must be name:password or name:password:role'],
    ['ada:secret1:admin:more', 'must be name:password or name:password:role'],
    ['a da:secret1', 'the name must have 1 to 32 letters, digits, dots, dashes or underscores'],
    ['ada:12345', 'the password must have 6 to 256 characters'],
    [`ada:${'x'.repeat(257)}`, 'the password must have 6 to 256 characters'],
    ['ada:%C3%A92345', 'the password must have 6 to 256 characters'],
    ['ada:1234%zz', 'the password holds a percent sign that begins no escape; write %25'],
    ['ada:secret1:boss', 'behind the second colon are roles, and the known ones are admin; in a password write %3A'],
    ['ada:secret1:admin+', 'behind the second colon are roles, and the known ones are admin; in a password write %3A'],
  ])('refuses %j', (text, fault) => {
    expect(parseDemoUsers(text).faults).toEqual([`DEMO_USERS, entry 1: ${fault}`]);
  });

  it('names every fault, and no password', () => {
    const { faults } = parseDemoUsers('ada:hidden%,bob:hidden2,bob:hidden3,:hidden4,eve:neveragain:hidden5');
    expect(faults.map((fault) => fault.split(':')[0])).toEqual([1, 3, 4, 5].map((place) => `DEMO_USERS, entry ${place}`));
    expect(faults.join()).not.toContain('hidden');
  });
});
