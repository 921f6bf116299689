/** Sends every session away without losing anything: what was promised is answered, what was queued arrives. */
import { BUILTIN_PUSHES, Disconnect, MAX_TIMER_MS, encodeNotification } from 'nestjs-realtime-protocol';
import type { SessionRegistry } from '../hub/session-registry.js';
import type { FairTurns } from '../outbound/fair-turns.js';
import { ALL_AT_ONCE } from '../outbound/fair-turns.js';
import type { PendingWork } from '../session/pending-work.js';
import type { Session } from '../session/session.js';
import { drainLine, leftBehind } from './drain-lines.js';
import type { NodeState } from './node-state.js';

export interface DrainOptions {
  /**
   * How long the node serves on after readiness has said that it is going, in ms: balancers learn it late, and send clients meanwhile.
   * @default 0
   */
  readonly delayMs?: number;
  /**
   * Clients are told to come back spread evenly over this long, in ms, so that they do not all come at once; over 10 ms for each session if that is less:
   * a few need not wait for a crowd that is not there.
   * @default 10_000
   */
  readonly windowMs?: number;
  /** How long calls may take to finish and peers to answer the close frame, in ms; what is left then is cut. @default 30_000 */
  readonly timeoutMs?: number;
}

export const DRAIN_DEFAULTS = Object.freeze({ delayMs: 0, windowMs: 10_000, timeoutMs: 30_000 }) satisfies Required<DrainOptions>;

/** How a drain went. */
export interface DrainReport {
  /** Sessions that were open when it began. */
  readonly sessions: number;
  /** Sessions that were still there when the time was over. */
  readonly cut: number;
}

/** Where a drain says how it went. */
export interface DrainLog {
  log(sentence: string): void;
  warn(sentence: string): void;
}

/** Two clients that come back this far apart, in ms, are no rush. */
const SPACING_MS = 10;

/** How long peers whose calls were given up may take to answer the close frame, in ms. */
const GOODBYE_MS = 500;

/** Injectable where `RealtimeModule` is imported, everywhere with `isGlobal`. The module drains by itself when the app closes. */
export class DrainService {
  private running: Promise<DrainReport> | undefined;
  private readonly hurried: Promise<'hurried'>;
  private hurryUp: (outcome: 'hurried') => void = () => undefined;

  /**
   * @param work what the application still does for sessions that are gone
   * @param log told how it went, in one line, and what was left behind
   * @param random orders the sessions, and chooses within their part of the window
   * @param turns between which others have theirs, health checks above all
   */
  constructor(
    private readonly state: NodeState,
    private readonly sessions: SessionRegistry,
    private readonly work: PendingWork,
    private readonly options: Required<DrainOptions>,
    private readonly log: DrainLog,
    private readonly random: () => number = Math.random,
    private readonly turns: FairTurns = ALL_AT_ONCE,
  ) {
    this.hurried = new Promise((resolve) => (this.hurryUp = resolve));
  }

  /**
   * Is not ready any more, and serves on for `delayMs`; then takes no more sessions and begins no more calls; sends `session.shutdown` to
   * every session, lets its calls finish, and closes it with 1012. A node that has been drained stays so. A second call waits for the first, whatever its options say. Not to be awaited
   * by a handler: the drain waits for handlers.
   * @throws {RangeError} if an option is not an integer within 0..2147483647
   */
  drain(options: DrainOptions = {}): Promise<DrainReport> {
    const delayMs = checked('delayMs', options.delayMs ?? this.options.delayMs);
    const windowMs = checked('windowMs', options.windowMs ?? this.options.windowMs);
    const timeoutMs = checked('timeoutMs', options.timeoutMs ?? this.options.timeoutMs);
    return (this.running ??= this.run(delayMs, windowMs, timeoutMs));
  }

  /** Ends a drain at once; one that has not begun yet will take no time. @internal */
  hurry(): void {
    this.hurryUp('hurried');
  }

  private async run(delayMs: number, windowMs: number, timeoutMs: number): Promise<DrainReport> {
    if (delayMs > 0) await this.serveOn(delayMs);
    // Before anybody is told, so that nobody is sent here again by a load balancer that asks.
    this.state.advance('draining');
    const startedAtMs = performance.now();
    const deadline = new Deadline(timeoutMs);
    // Replies of calls that are done in this very tick go first.
    await Promise.resolve();
    const gone = [...this.sessions.closingOnes()].map(untilClosed);
    const told = await this.tellAll(windowMs, gone);
    const allDone = Promise.all(gone).then(() => this.work.settled());
    const outcome = await Promise.race([allDone, deadline.over, this.hurried]);
    deadline.clear();
    const atWork = outcome === undefined ? 0 : this.work.size;
    const cut = outcome === undefined ? 0 : await this.cutAll(outcome === 'hurried' ? 0 : GOODBYE_MS, Promise.all(gone));
    this.state.advance('stopped');
    for (const sentence of outcome === undefined ? [] : leftBehind({ cut, atWork, outcome, timeoutMs })) this.log.warn(sentence);
    this.log.log(drainLine({ sessions: told, cut, durationMs: performance.now() - startedAtMs }));
    return { sessions: told, cut };
  }

  private async serveOn(delayMs: number): Promise<void> {
    this.state.advance('leaving');
    const deadline = new Deadline(delayMs);
    await Promise.race([deadline.over, this.hurried]);
    deadline.clear();
  }

  private async tellAll(windowMs: number, gone: Promise<void>[]): Promise<number> {
    // In the order of arrival the oldest sessions would come back first, at every deployment anew.
    const leaving = shuffled([...this.sessions.all()], this.random);
    const spreadMs = Math.min(windowMs, leaving.length * SPACING_MS);
    await this.turns.each(leaving.entries(), ([index, session]) => {
      if (session.state === 'closed') return;
      gone.push(untilClosed(session));
      const reconnectAfterMs = Math.floor((spreadMs * (index + this.random())) / leaving.length);
      const notice = encodeNotification(BUILTIN_PUSHES.shutdown, { reason: 'shutdown', reconnectAfterMs });
      session.retire(notice, Disconnect.ServiceRestart);
    });
    return leaving.length;
  }

  /** @returns how many sessions were left */
  private async cutAll(goodbyeMs: number, gone: Promise<unknown>): Promise<number> {
    const [deaf, busy] = [[...this.sessions.closingOnes()], [...this.sessions.all()]];
    await this.turns.each(deaf, (session) => session.terminate());
    await this.turns.each(busy, (session) => session.calls?.giveUpAll());
    if (busy.length > 0) {
      const deadline = new Deadline(goodbyeMs);
      await Promise.race([gone, deadline.over]);
      deadline.clear();
      await this.turns.each(busy, (session) => session.terminate());
    }
    await gone;
    return deaf.length + busy.length;
  }
}

/** A time that can be waited for. */
class Deadline {
  readonly over: Promise<'late'>;
  private timer: NodeJS.Timeout | undefined;

  constructor(afterMs: number) {
    this.over = new Promise((resolve) => (this.timer = setTimeout(() => resolve('late'), afterMs)));
  }

  clear(): void {
    clearTimeout(this.timer);
  }
}

function untilClosed(session: Session): Promise<void> {
  return new Promise((resolve) => void session.onClose(() => resolve()));
}

/** @see Fisher and Yates, as Durstenfeld wrote it down */
function shuffled<T>(items: T[], random: () => number): T[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [items[last], items[other]] = [items[other] as T, items[last] as T];
  }
  return items;
}

function checked(name: string, ms: number): number {
  if (Number.isInteger(ms) && ms >= 0 && ms <= MAX_TIMER_MS) return ms;
  throw new RangeError(`${name} must be an integer within 0..${MAX_TIMER_MS}, got ${String(ms)}`);
}
