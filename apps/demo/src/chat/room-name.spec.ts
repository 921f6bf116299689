import { ROOM_NAME } from './room-name.js';

describe('the name of a room', () => {
  it.each(['lobby', 'x', 'Tea & cake', 'r:1', '日本語', '🎉'.repeat(64), 'a'.repeat(64)])('may be %j', (name) => {
    expect(ROOM_NAME.test(name)).toBe(true);
  });

  it.each(['', ' ', ' lobby', 'lobby ', 'a\nb', 'a\u0000', 'a\u2028b', '\ud800', 'a'.repeat(65)])('may not be %j', (name) => {
    expect(ROOM_NAME.test(name)).toBe(false);
  });
});
