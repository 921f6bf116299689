import { PendingWork } from './pending-work.js';

describe('PendingWork', () => {
  it('is settled at once if there is none', async () => {
    await expect(new PendingWork().settled()).resolves.toBeUndefined();
  });

  it('waits for what is added meanwhile too, and keeps nothing', async () => {
    const work = new PendingWork();
    const order: string[] = [];
    let openSecond: () => void = () => undefined;
    const second = new Promise<void>((resolve) => (openSecond = resolve)).then(() => void order.push('second'));
    const first = Promise.resolve().then(() => {
      order.push('first');
      work.add(second);
      queueMicrotask(openSecond);
    });
    work.add(first);
    expect(work.size).toBe(1);
    await work.settled();
    expect([order, work.size]).toEqual([['first', 'second'], 0]);
  });

  it('takes work that fails for done', async () => {
    const work = new PendingWork();
    work.add(Promise.reject(new Error('reported elsewhere')));
    await work.settled();
    expect(work.size).toBe(0);
  });
});
