import { Listeners, NamedListeners } from './listeners.js';

describe('listeners', () => {
  const faults: unknown[] = [];
  const onFault = (fault: unknown): void => void faults.push(fault);
  beforeEach(() => void faults.splice(0));

  it('are told in the order in which they came, until they are taken back', () => {
    const listeners = new Listeners<[number]>(onFault);
    const told: string[] = [];
    const stop = listeners.add((n) => told.push(`first ${n}`));
    listeners.add((n) => told.push(`second ${n}`));
    listeners.tell(1);
    stop();
    stop();
    listeners.tell(2);
    expect(told).toEqual(['first 1', 'second 1', 'second 2']);
    expect(listeners.size).toBe(1);
  });

  it('are told twice if they were added twice', () => {
    const listeners = new Listeners<[]>(onFault);
    let count = 0;
    const listener = (): void => void count++;
    const stop = listeners.add(listener);
    listeners.add(listener);
    listeners.tell();
    stop();
    listeners.tell();
    expect(count).toBe(3);
  });

  it('do not keep each other from being told when one throws', () => {
    const listeners = new NamedListeners<[string]>(onFault);
    const fault = new Error('broken');
    const told: string[] = [];
    listeners.add('a', () => {
      throw fault;
    });
    listeners.add('a', (text) => told.push(text));
    listeners.tell('a', 'x');
    listeners.tell('b', 'nobody');
    expect([told, faults]).toEqual([['x'], [fault]]);
  });

  it('may reject as well, and are reported', async () => {
    const listeners = new Listeners<[]>(onFault);
    const fault = new Error('later');
    const rejects = (): unknown => Promise.reject(fault);
    listeners.add(rejects);
    listeners.tell();
    await Promise.resolve();
    expect(faults).toEqual([fault]);
  });

  it('are not told any more once another one took them back', () => {
    const listeners = new Listeners<[]>(onFault);
    const told: string[] = [];
    listeners.add(() => stop());
    const stop = listeners.add(() => told.push('second'));
    listeners.tell();
    expect(told).toEqual([]);
  });

  it('are not told what another one has made old news', () => {
    const listeners = new Listeners<[number]>(onFault);
    const told: number[] = [];
    let current = 1;
    listeners.add(() => void current++);
    listeners.add((n) => told.push(n));
    listeners.tellWhile(() => current === 1, 1);
    listeners.tell(2);
    expect(told).toEqual([2]);
  });

  it('may come and go while they are told', () => {
    const listeners = new NamedListeners<[]>(onFault);
    const told: string[] = [];
    const stop = listeners.add('a', () => {
      told.push('once');
      stop();
      listeners.add('a', () => told.push('later'));
    });
    listeners.tell('a');
    listeners.tell('a');
    expect(told).toEqual(['once', 'later']);
  });
});
