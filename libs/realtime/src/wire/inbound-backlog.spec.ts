import { setImmediate as nextTurn } from 'node:timers/promises';
import { InboundBacklog, MESSAGES_PER_TURN } from './inbound-backlog.js';

function filled(count: number): { readonly handed: string[]; readonly backlog: InboundBacklog; emptied: () => boolean } {
  const handed: string[] = [];
  let isEmpty = false;
  const backlog = new InboundBacklog(
    (data) => handed.push(data.toString()),
    () => (isEmpty = true),
  );
  for (let i = 0; i < count; i++) backlog.push(Buffer.from(String(i)));
  return { handed, backlog, emptied: () => isEmpty };
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_unused, i) => String(i));

describe('InboundBacklog', () => {
  it('hands on a share in each turn of the event loop, in order, and says when it is empty', async () => {
    const { handed, emptied } = filled(2 * MESSAGES_PER_TURN + 1);
    expect(handed).toEqual([]);
    await nextTurn();
    expect([handed, emptied()]).toEqual([numbers(MESSAGES_PER_TURN), false]);
    await nextTurn();
    await nextTurn();
    expect([handed, emptied()]).toEqual([numbers(2 * MESSAGES_PER_TURN + 1), true]);
  });

  it('hands on everything at once when nothing will follow', async () => {
    const { handed, backlog } = filled(MESSAGES_PER_TURN + 5);
    backlog.flush();
    expect(handed).toEqual(numbers(MESSAGES_PER_TURN + 5));
    await nextTurn();
    expect(handed).toHaveLength(MESSAGES_PER_TURN + 5);
  });

  it('forgets what waits when the wire is gone', async () => {
    const { handed, backlog, emptied } = filled(5);
    backlog.clear();
    await nextTurn();
    expect([handed, emptied()]).toEqual([[], false]);
  });
});
