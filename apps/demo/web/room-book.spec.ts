import type { Line } from './room-book.js';
import { MAX_LINES, RoomBook } from './room-book.js';

const message = (room: string, text: string, from = 'ada') => ({ room, from, text, at: 1 });
const textsOf = (book: RoomBook, room: string): string[] =>
  (book.get(room)?.lines ?? []).map((line) => ('text' in line ? line.text : line.kind));
const namesOf = (book: RoomBook): string[] => book.all.map(({ name }) => name);

describe('the room book', () => {
  let book: RoomBook;
  beforeEach(() => {
    book = new RoomBook();
    book.learn([
      { name: 'lobby', members: 2 },
      { name: 'help', members: 0 },
      { name: 'tea', members: 1 },
    ]);
  });

  it('shows the joined rooms first, and looks at the first of them', () => {
    book.join('tea');
    book.join('own room');
    expect(namesOf(book)).toEqual(['tea', 'own room', 'lobby', 'help']);
    expect(book.current?.name).toBe('tea');
  });

  it('counts what others say in rooms that nobody looks at', () => {
    book.join('lobby');
    book.join('tea');
    book.receive(message('lobby', 'seen'), false);
    book.receive(message('tea', 'unseen'), false);
    book.receive(message('tea', 'unseen too'), false);
    book.receive(message('tea', 'from another tab of mine'), true);
    expect([book.get('lobby')?.unread, book.get('tea')?.unread, book.unread]).toEqual([0, 2, 2]);
    book.select('tea');
    expect([book.current?.name, book.unread]).toEqual(['tea', 0]);
  });

  it('takes nothing for rooms that it is not in', () => {
    book.receive(message('help', 'hello?'), false);
    book.receive(message('unknown', 'hello?'), false);
    book.select('help');
    expect([textsOf(book, 'help'), book.get('unknown'), book.current]).toEqual([[], undefined, undefined]);
  });

  it('puts a message of our own where it waited, once it is back', () => {
    book.join('tea');
    const waiting: Line = { kind: 'outgoing', from: 'me', text: 'twice', at: 1 };
    const failed: Line = { kind: 'outgoing', from: 'me', text: 'twice', at: 1, problem: 'lost' };
    book.add('tea', failed, false);
    book.add('tea', waiting, false);
    book.receive(message('tea', 'twice', 'me'), true);
    expect(book.get('tea')?.lines.map(({ kind }) => kind)).toEqual(['outgoing', 'message']);
    expect(book.get('tea')?.lines[0]).toBe(failed);
  });

  it('replaces and drops single lines', () => {
    book.join('tea');
    const [first, second]: [Line, Line] = [
      { kind: 'note', text: 'first' },
      { kind: 'note', text: 'second' },
    ];
    book.add('tea', first, false);
    book.add('tea', second, false);
    book.replace('tea', first, { kind: 'note', text: 'other' });
    book.drop('tea', second);
    expect(textsOf(book, 'tea')).toEqual(['other']);
  });

  it('keeps the last lines only', () => {
    book.join('tea');
    for (let i = 1; i <= MAX_LINES + 5; i++) book.receive(message('tea', `${i}`), false);
    expect([textsOf(book, 'tea').length, textsOf(book, 'tea')[0]]).toEqual([MAX_LINES, '6']);
  });

  it('looks at another joined room when one leaves, and forgets what was said', () => {
    book.join('lobby');
    book.join('tea');
    book.receive(message('lobby', 'hello'), false);
    book.leave('lobby');
    expect([book.current?.name, textsOf(book, 'lobby'), namesOf(book)]).toEqual(['tea', [], ['tea', 'lobby', 'help']]);
    book.leave('tea');
    book.leave('unknown');
    expect(book.current).toBeUndefined();
  });

  it('forgets rooms that the server no longer knows, except those that it is in', () => {
    book.join('tea');
    book.learn([{ name: 'lobby', members: 3 }]);
    expect(namesOf(book)).toEqual(['tea', 'lobby']);
    expect([book.get('tea')?.members, book.get('lobby')?.members]).toEqual([undefined, 3]);
  });

  it('notes how many are in a room that it knows, and no other', () => {
    book.count({ room: 'tea', members: 7 });
    book.count({ room: 'unknown', members: 7 });
    expect([book.get('tea')?.members, book.get('unknown')]).toEqual([7, undefined]);
  });

  it('walks the joined rooms round and round', () => {
    for (const room of ['lobby', 'help', 'tea']) book.join(room);
    expect([book.neighbour(1), book.neighbour(-1)]).toEqual(['help', 'tea']);
    expect(new RoomBook().neighbour(1)).toBeUndefined();
  });
});
