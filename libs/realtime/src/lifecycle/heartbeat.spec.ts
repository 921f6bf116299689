import type { FakeTransport } from '../../../../test/sessions/fake-transport.js';
import { SessionRegistry } from '../hub/session-registry.js';
import { TopicIndex } from '../hub/topic-index.js';
import { openSession } from '../session/open-session.fixture.js';
import type { Session } from '../session/session.js';
import type { HeartbeatOptions } from './heartbeat.js';
import { HEARTBEAT_DEFAULTS, Heartbeat } from './heartbeat.js';

const OFF = { pingIntervalMs: 0, pongTimeoutMs: 0, idleTimeoutMs: 0 };

/** One session under a heartbeat whose time a test turns. */
class Watched {
  readonly transport: FakeTransport;
  readonly heartbeat: Heartbeat;
  readonly session: Session;
  nowMs = 1_000;

  constructor(options: HeartbeatOptions, random = 0) {
    this.heartbeat = new Heartbeat({ ...OFF, ...options }, () => random);
    ({ session: this.session, transport: this.transport } = openSession({ host: new SessionRegistry(new TopicIndex(), []) }));
  }

  /** Looks as often as a sweep would until so much time has passed. @returns when pings went out */
  run(forMs: number, eachLook: (watched: Watched) => void = () => undefined): number[] {
    const pings: number[] = [];
    for (const endMs = this.nowMs + forMs; this.nowMs < endMs && this.session.state === 'open';) {
      this.nowMs += this.heartbeat.everyMs;
      const before = this.transport.log.length;
      this.heartbeat.look(this.session, this.nowMs);
      if (this.transport.log.slice(before).includes('ping')) pings.push(this.nowMs);
      eachLook(this);
    }
    return pings;
  }
}

const answering = ({ transport }: Watched): void => void (transport.heard = transport.log.at(-1) === 'ping');

describe('Heartbeat', () => {
  it.each([
    [{ pingIntervalMs: 25_000, pongTimeoutMs: 10_000, idleTimeoutMs: 0 }, 1_000],
    [{ pingIntervalMs: 500, pongTimeoutMs: 300, idleTimeoutMs: 0 }, 30],
    [{ pingIntervalMs: 50, pongTimeoutMs: 0, idleTimeoutMs: 0 }, 10],
    [{ pingIntervalMs: 0, pongTimeoutMs: 300, idleTimeoutMs: 0 }, 0],
    [{ pingIntervalMs: 0, pongTimeoutMs: 300, idleTimeoutMs: 2_000 }, 200],
  ])('with %j looks every %i ms', (options, everyMs) => {
    expect(new Heartbeat(options).everyMs).toBe(everyMs);
  });

  it('has the defaults that the contract names', () => {
    expect(HEARTBEAT_DEFAULTS).toEqual({ pingIntervalMs: 25_000, pongTimeoutMs: 10_000, idleTimeoutMs: 0 });
  });

  it('pings at least every pingIntervalMs, and not much more often', () => {
    const watched = new Watched({ pingIntervalMs: 1_000, pongTimeoutMs: 1_000 });
    const pings = watched.run(20_000, answering);
    const gaps = pings.slice(1).map((ms, index) => ms - (pings[index] as number));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1_000);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(700);
    expect(watched.session.state).toBe('open');
  });

  it.each([0, 0.5, 0.999])('closes a peer that shows no life with 4001, within pingIntervalMs + pongTimeoutMs (phase %d)', (random) => {
    const watched = new Watched({ pingIntervalMs: 1_000, pongTimeoutMs: 400 }, random);
    const bornAtMs = watched.nowMs;
    const pings = watched.run(10_000);
    expect([watched.session.state, watched.transport.goodbye?.code]).toEqual(['closing', 4001]);
    expect(watched.nowMs - bornAtMs).toBeLessThanOrEqual(1_400);
    // It had all of its time to answer.
    expect(watched.nowMs - (pings[0] as number)).toBeGreaterThanOrEqual(400);
  });

  it('closes within the same time after the last life of a peer that lived', () => {
    for (let lastLookThatHeard = 1; lastLookThatHeard < 60; lastLookThatHeard++) {
      const watched = new Watched({ pingIntervalMs: 1_000, pongTimeoutMs: 400 });
      watched.run(watched.heartbeat.everyMs * lastLookThatHeard, ({ transport }) => (transport.heard = true));
      // It may have come right after the look before.
      const lastLifeMs = watched.nowMs;
      watched.run(10_000);
      expect(watched.nowMs - lastLifeMs).toBeLessThanOrEqual(1_400);
    }
  });

  it.each<[string, (watched: Watched) => void]>([
    ['a message', ({ session }) => void (session.pulse.spoke = true)],
    ['a control frame', ({ transport }) => void (transport.heard = true)],
  ])('takes %s for life', (_name, show) => {
    const watched = new Watched({ pingIntervalMs: 1_000, pongTimeoutMs: 400 });
    let looks = 0;
    watched.run(20_000, () => (looks++ % 10 === 0 ? show(watched) : undefined));
    expect(watched.session.state).toBe('open');
  });

  it('does not punish a peer that is not read, but pings it', () => {
    const watched = new Watched({ pingIntervalMs: 1_000, pongTimeoutMs: 400, idleTimeoutMs: 3_000 });
    watched.session.pauseReading();
    expect(watched.run(20_000).length).toBeGreaterThanOrEqual(20);
    expect(watched.session.state).toBe('open');
    watched.session.resumeReading();
    const resumedAtMs = watched.nowMs;
    watched.run(20_000);
    expect([watched.session.state, watched.nowMs - resumedAtMs >= 400]).toEqual(['closing', true]);
  });

  it('does not hold a pause of the whole process against anybody', () => {
    const watched = new Watched({ pingIntervalMs: 1_000, pongTimeoutMs: 400, idleTimeoutMs: 5_000 });
    watched.run(1_000, answering);
    watched.nowMs += 3_600_000;
    // The pongs of an hour ago are read only after the first look.
    watched.heartbeat.look(watched.session, watched.nowMs);
    expect(watched.session.state).toBe('open');
    watched.run(3_000, answering);
    expect(watched.session.state).toBe('open');
  });

  it('sends pings and closes nobody if pongTimeoutMs is 0', () => {
    const watched = new Watched({ pingIntervalMs: 1_000 });
    expect(watched.run(20_000).length).toBeGreaterThanOrEqual(20);
    expect(watched.session.state).toBe('open');
  });

  it('spreads the first pings over the interval', () => {
    const first = [0, 0.25, 0.5, 0.75].map((random) => new Watched({ pingIntervalMs: 10_000 }, random).run(10_000)[0] as number);
    expect(new Set(first).size).toBe(4);
    expect(Math.max(...first)).toBeLessThanOrEqual(1_000 + 10_000);
  });
});

describe('idleTimeoutMs', () => {
  it('closes a peer that only answers pings, not before its time', () => {
    const watched = new Watched({ pingIntervalMs: 500, pongTimeoutMs: 500, idleTimeoutMs: 2_000 });
    const bornAtMs = watched.nowMs;
    watched.run(10_000, answering);
    expect([watched.session.state, watched.transport.goodbye?.code]).toEqual(['closing', 4001]);
    expect(watched.nowMs - bornAtMs).toBeGreaterThanOrEqual(2_000);
    expect(watched.nowMs - bornAtMs).toBeLessThanOrEqual(2_000 + 3 * watched.heartbeat.everyMs);
  });

  it('is content with a message now and then', () => {
    const watched = new Watched({ idleTimeoutMs: 2_000 });
    let looks = 0;
    watched.run(20_000, ({ session }) => void (looks++ % 8 === 0 && (session.pulse.spoke = true)));
    expect(watched.session.state).toBe('open');
  });

  it('does not count time in which a call of the peer runs', () => {
    const watched = new Watched({ idleTimeoutMs: 2_000 });
    const calls = { busy: true, finish: () => undefined, giveUpAll: () => undefined, abortAll: () => undefined };
    watched.session.calls = calls;
    watched.run(20_000);
    expect(watched.session.state).toBe('open');
    calls.busy = false;
    watched.run(20_000);
    expect(watched.session.state).toBe('closing');
  });
});
