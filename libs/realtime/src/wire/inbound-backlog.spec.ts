import { setImmediate as nextTurn } from 'node:timers/promises';
import { BYTES_PER_TURN, MESSAGE_WEIGHT, MESSAGES_PER_TURN } from './fair-share.js';
import { InboundBacklog } from './inbound-backlog.js';

/** Messages of this many bytes, each with its number in front. */
function filled(
  count: number,
  bytes: number,
  isOpen = (): boolean => true,
): { readonly handed: number[]; readonly backlog: InboundBacklog; emptied: () => boolean } {
  const handed: number[] = [];
  let isEmpty = false;
  const backlog = new InboundBacklog(
    (data) => handed.push(Number(data.toString())),
    () => isOpen(),
    () => (isEmpty = true),
  );
  for (let i = 0; i < count; i++) backlog.push(Buffer.from(String(i).padEnd(bytes)));
  return { handed, backlog, emptied: () => isEmpty };
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_unused, i) => i);

describe('InboundBacklog', () => {
  it('hands on a share in each turn of the event loop, in order, and says when it is empty', async () => {
    const share = Math.floor(BYTES_PER_TURN / (MESSAGE_WEIGHT + 5));
    expect(share).toBeGreaterThan(0.95 * MESSAGES_PER_TURN);
    const { handed, emptied } = filled(2 * share + 1, 5);
    expect(handed).toEqual([]);
    await nextTurn();
    expect([handed, emptied()]).toEqual([numbers(share), false]);
    await nextTurn();
    await nextTurn();
    expect([handed, emptied()]).toEqual([numbers(2 * share + 1), true]);
  });

  it('hands on fewer of them if they are large, and one at least', async () => {
    const large = filled(5, 60_000);
    const huge = filled(3, 2 * BYTES_PER_TURN);
    await nextTurn();
    expect([large.handed, huge.handed]).toEqual([numbers(2), numbers(1)]);
    await nextTurn();
    await nextTurn();
    expect([large.emptied(), huge.emptied()]).toEqual([true, true]);
  });

  it('waits for a turn also if there is nothing to hand on', async () => {
    const { backlog, emptied } = filled(0, 0);
    backlog.begin();
    expect(emptied()).toBe(false);
    await nextTurn();
    expect(emptied()).toBe(true);
  });

  it('stops when it may hand on no more, and goes on when it is told to', async () => {
    let passes = 3;
    const { handed, backlog, emptied } = filled(10, 5, () => passes-- > 0);
    await nextTurn();
    expect([handed, backlog.bytes]).toEqual([numbers(3), 7 * 5]);
    await nextTurn();
    expect(handed).toHaveLength(3);
    passes = 100;
    backlog.begin();
    await nextTurn();
    expect([handed, backlog.bytes, emptied()]).toEqual([numbers(10), 0, true]);
  });

  it('hands on everything at once when nothing will follow', async () => {
    const { handed, backlog } = filled(MESSAGES_PER_TURN + 5, 5);
    backlog.flush();
    expect(handed).toEqual(numbers(MESSAGES_PER_TURN + 5));
    await nextTurn();
    expect(handed).toHaveLength(MESSAGES_PER_TURN + 5);
  });

  it('forgets what waits when the wire is gone', async () => {
    const { handed, backlog, emptied } = filled(5, 5);
    backlog.clear();
    await nextTurn();
    expect([handed, emptied()]).toEqual([[], false]);
  });
});
