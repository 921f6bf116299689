import { EventEmitter, once } from 'node:events';
import { survivingSignal } from './call-signal.js';

function harness() {
  const controller = new AbortController();
  const faults: unknown[] = [];
  return { controller, faults, signal: survivingSignal(controller, (fault) => faults.push(fault)) };
}

const fault = new Error('from a listener');
const fails = (): never => {
  throw fault;
};

describe('a listener of the signal of a call', () => {
  it.each<[string, (signal: AbortSignal) => void]>([
    ['a function', (signal) => signal.addEventListener('abort', fails)],
    ['once', (signal) => signal.addEventListener('abort', fails, { once: true })],
    ['an object', (signal) => signal.addEventListener('abort', { handleEvent: fails })],
    ['onabort', (signal) => (signal.onabort = fails)],
    ['async', (signal) => signal.addEventListener('abort', () => Promise.reject(fault) as never)],
  ])('harms nobody if it throws: %s', async (_how, listen) => {
    const { controller, faults, signal } = harness();
    const heard: string[] = [];
    listen(signal);
    signal.addEventListener('abort', () => heard.push('next'));
    controller.abort();
    await new Promise((resolve) => setImmediate(resolve));
    expect([heard, faults]).toEqual([['next'], [fault]]);
  });

  it('is called with the event, on the signal, as often as without', () => {
    const { controller, signal } = harness();
    const heard: unknown[] = [];
    function listener(this: unknown, event: Event): void {
      heard.push([this, event.type]);
    }
    signal.addEventListener('abort', listener);
    signal.addEventListener('abort', listener);
    controller.abort();
    expect(heard).toEqual([[signal, 'abort']]);
  });

  it('can be taken back', () => {
    const { controller, signal } = harness();
    const heard: string[] = [];
    const listener = (): unknown => heard.push('taken back');
    const object = { handleEvent: listener };
    signal.addEventListener('abort', listener);
    signal.addEventListener('abort', object);
    signal.removeEventListener('abort', listener);
    signal.removeEventListener('abort', object);
    signal.onabort = listener;
    signal.onabort = null;
    controller.abort();
    expect(heard).toEqual([]);
  });

  it('may be none at all, and may listen to something else', () => {
    const { signal, faults } = harness();
    signal.addEventListener('abort', null as never);
    signal.removeEventListener('abort', null as never);
    signal.addEventListener('other', fails);
    signal.dispatchEvent(new Event('other'));
    expect(faults).toEqual([fault]);
  });
});

describe('the signal of a call', () => {
  it('is one for everything that takes signals', async () => {
    const { controller, signal } = harness();
    expect(signal).toBeInstanceOf(AbortSignal);
    const any = AbortSignal.any([signal]);
    const waiting = once(new EventEmitter(), 'never', { signal });
    const fetching = fetch('http://127.0.0.1:1/', { signal });
    controller.abort(fault);
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await expect(fetching).rejects.toBe(fault);
    expect([any.aborted, any.reason, signal.reason]).toEqual([true, fault, fault]);
    expect(() => signal.throwIfAborted()).toThrow(fault);
  });
});
