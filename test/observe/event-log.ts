/** An observer that keeps what it hears. */
import type { RealtimeObserver } from 'nestjs-realtime';

type Event = keyof RealtimeObserver;
type FactsOf<E extends Event> = Parameters<NonNullable<RealtimeObserver[E]>>[0];

const EVENTS = Object.keys({
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
} satisfies Record<Event, true>) as Event[];

export class EventLog {
  private readonly heard: { readonly event: Event; readonly facts: unknown }[] = [];
  /** To be registered. */
  readonly observer: RealtimeObserver = Object.fromEntries(
    EVENTS.map((event) => [event, (facts: unknown) => void this.heard.push({ event, facts })]),
  );

  get events(): Event[] {
    return this.heard.map(({ event }) => event);
  }

  /** The facts of all events of one kind. */
  of<E extends Event>(event: E): FactsOf<E>[] {
    return this.heard.filter((one) => one.event === event).map(({ facts }) => facts as FactsOf<E>);
  }
}
