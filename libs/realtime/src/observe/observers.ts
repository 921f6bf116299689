/** Passes what happens on to every observer; one that fails harms nobody. */
import { promiseOf } from './promise-of.js';
import type { RealtimeObserver } from './realtime-observer.js';

/** The events that can be watched. */
export type ObservedEvent = keyof RealtimeObserver;

type FactsOf<E extends ObservedEvent> = Parameters<NonNullable<RealtimeObserver[E]>>[0];

/** One for each time that an observer was added: what takes it out again must not take it out twice over. */
interface Registration {
  readonly observer: RealtimeObserver;
}

export class Observers {
  private readonly listening = new Map<ObservedEvent, Registration[]>();
  private callsHeard = false;
  private readonly failed = new WeakSet<RealtimeObserver>();

  /** @param onFault told the first fault of each observer */
  constructor(private readonly onFault: (fault: unknown, observer: RealtimeObserver) => void) {}

  /** @returns takes the observer out again; may be called twice */
  add(observer: RealtimeObserver): () => void {
    const events = OBSERVED_EVENTS.filter((event) => typeof observer[event] === 'function');
    const registration: Registration = { observer };
    for (const event of events) this.listening.set(event, [...(this.listening.get(event) ?? []), registration]);
    this.noteCalls();
    return () => {
      for (const event of events) {
        const left = (this.listening.get(event) ?? []).filter((other) => other !== registration);
        if (left.length > 0) this.listening.set(event, left);
        else this.listening.delete(event);
      }
      this.noteCalls();
    };
  }

  /** True if anybody listens to how calls go: one look per call instead of one per event. */
  get hearsCalls(): boolean {
    return this.callsHeard;
  }

  /** True if anybody listens: facts that nobody hears need not be put together. */
  hears(event: ObservedEvent): boolean {
    return this.listening.has(event);
  }

  tell<E extends ObservedEvent>(event: E, facts: FactsOf<E>): void {
    const listening = this.listening.get(event);
    if (!listening) return;
    // What one observer hears, the next one hears as well: nobody can change it on the way.
    Object.freeze(facts);
    for (const { observer } of listening) {
      try {
        const returned: unknown = (observer[event] as (facts: FactsOf<E>) => unknown).call(observer, facts);
        // Nobody waits for it; but a rejection that nobody hears would end the process.
        promiseOf(returned)?.catch((fault: unknown) => this.report(fault, observer));
      } catch (fault) {
        // Survived: an observer cannot change anything, also not by failing.
        this.report(fault, observer);
      }
    }
  }

  private noteCalls(): void {
    this.callsHeard = CALL_EVENTS.some((event) => this.listening.has(event));
  }

  private report(fault: unknown, observer: RealtimeObserver): void {
    if (this.failed.has(observer)) return;
    this.failed.add(observer);
    this.onFault(fault, observer);
  }
}

/** For the log. An observer may be any object, also one without a class. */
export function nameOfObserver(observer: RealtimeObserver): string {
  const { constructor } = observer as { readonly constructor?: { readonly name?: unknown } };
  return typeof constructor?.name === 'string' && constructor.name !== 'Object' ? constructor.name : 'without a class';
}

/** Kept in step with the interface by its type. */
const OBSERVED_EVENTS = Object.keys({
  handshakeRejected: true,
  sessionOpening: true,
  sessionOpened: true,
  sessionClosed: true,
  principalChanged: true,
  frameRejected: true,
  callStarted: true,
  callEnded: true,
  topicJoined: true,
  topicLeft: true,
  topicRefused: true,
  pushed: true,
  dropped: true,
  fault: true,
} satisfies Record<ObservedEvent, true>) as ObservedEvent[];

const CALL_EVENTS: readonly ObservedEvent[] = ['callStarted', 'callEnded', 'fault'];

/** For parts that nobody watches. */
export const NO_OBSERVERS = new Observers(() => undefined);
