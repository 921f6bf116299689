import { parseCommand } from './commands.js';

describe('a line in the composer', () => {
  it.each([
    ['hello', { kind: 'say', text: 'hello' }],
    ['  two\nlines  ', { kind: 'say', text: 'two\nlines' }],
    ['//join is a command', { kind: 'say', text: '/join is a command' }],
    ['/join Tea & cake', { kind: 'join', room: 'Tea & cake' }],
    ['/JOIN lobby', { kind: 'join', room: 'lobby' }],
    ['/leave', { kind: 'leave' }],
    ['/announce back at noon\nfor lunch', { kind: 'announce', text: 'back at noon\nfor lunch' }],
    ['/kick ada far too much spam', { kind: 'kick', userId: 'ada', reason: 'far too much spam' }],
    ['/help', { kind: 'help' }],
  ])('%j is %j', (line, command) => {
    expect(parseCommand(line)).toEqual(command);
  });

  it.each(['', '   ', '\n'])('%j says nothing', (line) => {
    expect(parseCommand(line)).toBeUndefined();
  });

  it.each(['/join', '/announce', '/kick', '/kick ada', '/dance', '/'])('%j is unclear, and a hint says why', (line) => {
    expect(parseCommand(line)).toEqual({ kind: 'unclear', hint: expect.stringMatching(/\.$/) });
  });
});
