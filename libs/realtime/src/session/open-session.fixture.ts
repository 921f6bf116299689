/** Real sessions on a wire without a network, for specs; not part of the package. */
import { FakeTransport, OPENING_FACTS } from '../../../../test/sessions/fake-transport.js';
import { NodeCounters } from '../observe/node-counters.js';
import { NO_OBSERVERS } from '../observe/observers.js';
import { FlushSchedule } from '../outbound/flush-schedule.js';
import type { OpeningFacts } from './handshake.js';
import { Handshake } from './handshake.js';
import { OUTBOUND_DEFAULTS } from '../outbound/outbound-queue.js';
import type { SessionHost, SessionSurroundings } from './session.js';
import { Session } from './session.js';

export interface OpenSession {
  readonly session: Session;
  readonly transport: FakeTransport;
}

/** What sessions share, with nobody who looks or remembers: a spec names what it is about. */
export function idleSurroundings(changes: Partial<SessionSurroundings> = {}): SessionSurroundings {
  const ignore = (): void => undefined;
  return {
    host: { claimPlace: () => undefined, admitPrincipal: ignore, principalChanged: () => undefined, closing: ignore, closed: ignore },
    outbound: OUTBOUND_DEFAULTS,
    schedule: new FlushSchedule(ignore),
    observers: NO_OBSERVERS,
    counters: new NodeCounters(),
    onFault: ignore,
    ...changes,
  };
}

export function openSession(changes: Partial<SessionSurroundings> = {}, facts: Partial<OpeningFacts> = {}): OpenSession {
  const transport = new FakeTransport();
  return { session: new Session(new Handshake({ ...OPENING_FACTS, ...facts }, ''), transport, idleSurroundings(changes)), transport };
}

/** Opens sessions that share their surroundings and stand in a registry. */
export function openingSessions(
  registry: SessionHost & { add(session: Session): void },
  changes: Partial<SessionSurroundings> = {},
): () => OpenSession {
  const shared = idleSurroundings({ host: registry, ...changes });
  return () => {
    const opened = openSession(shared);
    registry.add(opened.session);
    return opened;
  };
}
