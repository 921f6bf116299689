import { Observers, nameOfObserver } from './observers.js';
import type { FrameRejectedFacts, RealtimeObserver } from './realtime-observer.js';

const FACTS = { sessionId: 's', code: -32700 };

function watched(): { observers: Observers; faults: unknown[] } {
  const faults: unknown[] = [];
  return { observers: new Observers((fault) => faults.push(fault)), faults };
}

describe('observers', () => {
  it('hear what happens in the order in which they came', () => {
    const { observers } = watched();
    const heard: string[] = [];
    observers.add({ frameRejected: () => void heard.push('first') });
    observers.add({ frameRejected: () => void heard.push('second'), callEnded: () => void heard.push('never') });
    observers.tell('frameRejected', FACTS);
    expect(heard).toEqual(['first', 'second']);
  });

  it('are called as methods, on the object or its class', () => {
    class Counting implements RealtimeObserver {
      seen = 0;
      frameRejected({ code }: FrameRejectedFacts): void {
        this.seen += code;
      }
    }
    const { observers } = watched();
    const counting = new Counting();
    observers.add(counting);
    observers.tell('frameRejected', FACTS);
    expect(counting.seen).toBe(-32700);
  });

  it('leave others alone when they throw, reject, or hand back something that never settles', async () => {
    const { observers, faults } = watched();
    const heard: number[] = [];
    observers.add({
      frameRejected: () => {
        throw new Error('thrown');
      },
    });
    observers.add({ frameRejected: async () => Promise.reject(new Error('rejected')) });
    observers.add({ frameRejected: () => new Promise<void>(() => undefined) });
    observers.add({ frameRejected: ({ code }) => void heard.push(code) });
    observers.tell('frameRejected', FACTS);
    observers.tell('frameRejected', FACTS);
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual([-32700, -32700]);
    expect(faults.map(String)).toEqual(['Error: thrown', 'Error: rejected']);
  });

  it('cannot change what the next one hears', () => {
    const { observers, faults } = watched();
    const heard: number[] = [];
    observers.add({
      frameRejected: (facts) => {
        (facts as { code: number }).code = 1;
      },
    });
    observers.add({ frameRejected: ({ code }) => void heard.push(code) });
    observers.tell('frameRejected', { ...FACTS });
    expect([heard, String(faults[0])]).toEqual([[-32700], expect.stringContaining('TypeError')]);
  });

  it('hear nothing any more once they are taken out, which may be done twice', () => {
    const { observers } = watched();
    const heard: string[] = [];
    const stay = { callEnded: (): void => undefined, frameRejected: (): void => void heard.push('stays') };
    const stop = observers.add({ frameRejected: () => void heard.push('leaves') });
    observers.add(stay);
    stop();
    stop();
    observers.tell('frameRejected', FACTS);
    expect([heard, observers.hears('frameRejected'), observers.hears('pushed')]).toEqual([['stays'], true, false]);
  });

  it('that are added twice hear twice, until each of both is taken out', () => {
    const { observers } = watched();
    const heard: string[] = [];
    const twice = { frameRejected: (): void => void heard.push('twice') };
    const [first, second] = [observers.add(twice), observers.add(twice)];
    observers.tell('frameRejected', FACTS);
    first();
    first();
    observers.tell('frameRejected', FACTS);
    second();
    observers.tell('frameRejected', FACTS);
    expect([heard, observers.hears('frameRejected')]).toEqual([['twice', 'twice', 'twice'], false]);
  });

  it('say whether anybody hears how calls go', () => {
    const { observers } = watched();
    expect(observers.hearsCalls).toBe(false);
    const stops = [observers.add({ callEnded: () => undefined }), observers.add({ fault: () => undefined })];
    expect(observers.hearsCalls).toBe(true);
    for (const stop of stops) stop();
    expect(observers.hearsCalls).toBe(false);
  });

  it('that fail while a fault is told do not begin a circle', () => {
    const observers: Observers = new Observers((fault) => observers.tell('fault', { what: 'an observer', error: fault }));
    let told = 0;
    observers.add({
      fault: () => {
        told++;
        throw new Error('again');
      },
    });
    observers.tell('fault', { what: 'first', error: undefined });
    expect(told).toBe(2);
  });

  it('are named in the log by their class, if they have one', () => {
    class Audit {}
    expect([new Audit(), {}, Object.create(null)].map((one) => nameOfObserver(one as RealtimeObserver))).toEqual([
      'Audit',
      'without a class',
      'without a class',
    ]);
  });
});
