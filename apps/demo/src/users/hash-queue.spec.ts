import type { HashWish } from './hash-queue.js';
import { HashQueue } from './hash-queue.js';

/** Work that ends when the test says so. */
class Work {
  begun = false;
  private done: () => void = () => undefined;
  private fault: (error: Error) => void = () => undefined;

  readonly run = (): Promise<string> => {
    this.begun = true;
    return new Promise((resolve, reject) => {
      this.done = () => resolve('hash');
      this.fault = reject;
    });
  };

  end(): void {
    this.done();
  }

  fail(): void {
    this.fault(new Error('out of memory'));
  }
}

const wanted = (address = '192.0.2.1'): HashWish => ({ address, signal: new AbortController().signal });
const REFUSED = { code: -32053, reason: 'ServiceUnavailable' };

function queued(queue: HashQueue, count: number, address = (index: number) => `192.0.2.${index}`) {
  const works = Array.from({ length: count }, () => new Work());
  const results = works.map((work, index) => queue.run(work.run, wanted(address(index))));
  return { works, results, begun: () => works.map(({ begun }) => begun) };
}

/** One after another: each must have begun when the one before it is done. */
async function end(works: readonly Work[], results: readonly Promise<string>[]): Promise<void> {
  for (const [index, work] of works.entries()) {
    work.end();
    await results[index];
  }
}

describe('the queue of password hashes', () => {
  it('makes two at once and the others in the order in which they came', async () => {
    const { works, results, begun } = queued(new HashQueue(), 4);
    expect(begun()).toEqual([true, true, false, false]);
    works[1]?.end();
    expect(await results[1]).toBe('hash');
    expect(begun()).toEqual([true, true, true, false]);
    works[2]?.end();
    await results[2];
    expect(begun()).toEqual([true, true, true, true]);
    works[0]?.end();
    works[3]?.end();
    expect(await Promise.all(results)).toEqual(['hash', 'hash', 'hash', 'hash']);
  });

  it('refuses what comes while 32 wait, and takes more when one is done', async () => {
    const queue = new HashQueue();
    const { works, results } = queued(queue, 34);
    await expect(queue.run(new Work().run, wanted())).rejects.toMatchObject(REFUSED);
    works[0]?.end();
    await results[0];
    const late = new Work();
    const last = queue.run(late.run, wanted('198.51.100.1'));
    await end(works.slice(1), results.slice(1));
    late.end();
    expect(await last).toBe('hash');
  });

  it('leaves places to others when one address floods it', async () => {
    const queue = new HashQueue();
    const { works, results, begun } = queued(queue, 8, () => '192.0.2.1');
    await expect(queue.run(new Work().run, wanted())).rejects.toMatchObject(REFUSED);
    const other = new Work();
    const result = queue.run(other.run, wanted('198.51.100.1'));
    await end(works, results);
    expect([begun().every(Boolean), other.begun]).toEqual([true, true]);
    other.end();
    expect(await result).toBe('hash');
    const again = new Work();
    const back = queue.run(again.run, wanted());
    again.end();
    expect(await back).toBe('hash');
  });

  it('does not begin what nobody wants any more, and gives its place away at once', async () => {
    const queue = new HashQueue({ atOnce: 1, waiting: 1, perAddress: 8 });
    const [first, dropped, next] = [new Work(), new Work(), new Work()];
    const running = queue.run(first.run, wanted());
    const giveUp = new AbortController();
    const waiting = queue.run(dropped.run, { address: '192.0.2.1', signal: giveUp.signal });
    giveUp.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow('cancelled');
    const behind = queue.run(next.run, wanted());
    first.end();
    await running;
    expect([dropped.begun, next.begun]).toEqual([false, true]);
    next.end();
    expect(await behind).toBe('hash');
  });

  it('does not take what was given up before it came', async () => {
    const work = new Work();
    const gone = { address: '192.0.2.1', signal: AbortSignal.abort(new Error('disconnected')) };
    await expect(new HashQueue().run(work.run, gone)).rejects.toThrow('disconnected');
    expect(work.begun).toBe(false);
  });

  it('goes on after a hash that failed', async () => {
    const queue = new HashQueue({ atOnce: 1, waiting: 1, perAddress: 8 });
    const [bad, good] = [new Work(), new Work()];
    const failing = queue.run(bad.run, wanted());
    const result = queue.run(good.run, wanted());
    bad.fail();
    await expect(failing).rejects.toThrow('out of memory');
    good.end();
    expect(await result).toBe('hash');
  });
});
