/** One timer that looks at all sessions in turn: pings, timeouts and expiries need no timer of their own. */
import type { SessionRegistry } from '../hub/session-registry.js';
import type { FairTurns } from '../outbound/fair-turns.js';
import { ALL_AT_ONCE } from '../outbound/fair-turns.js';
import type { Session } from '../session/session.js';

/** Looks at one session. `nowMs` comes from a clock that never goes back. */
export type SweepTask = (session: Session, nowMs: number) => void;

/** Does what belongs to no session. `nowMs` is the same clock. */
export type SweepRound = (nowMs: number) => void;

interface Planned {
  readonly everyMs: number;
  readonly task?: SweepTask;
  readonly round?: SweepRound;
  dueAtMs: number;
}

export class SessionSweep {
  private readonly tasks: Planned[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isRunning = false;

  /** @param onFault told what a task threw; the other sessions and tasks are served all the same */
  constructor(
    private readonly sessions: SessionRegistry,
    private readonly onFault: (fault: unknown) => void,
    private readonly turns: FairTurns = ALL_AT_ONCE,
  ) {}

  /** @param everyMs how late a task may be, at most */
  add(task: SweepTask, everyMs: number): void {
    this.tasks.push({ task, everyMs, dueAtMs: 0 });
  }

  /** Also runs while there are no sessions. @param everyMs how late it may be, at most */
  addRound(round: SweepRound, everyMs: number): void {
    this.tasks.push({ round, everyMs, dueAtMs: 0 });
  }

  start(): void {
    if (this.tasks.length === 0 || this.timer) return;
    const tickMs = Math.max(1, Math.min(...this.tasks.map(({ everyMs }) => everyMs)));
    this.timer = setInterval(() => this.run(performance.now()), tickMs);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** One round, which others may interrupt; tasks that are not due yet are left out. A round that still goes on is not joined by another. */
  run(nowMs: number): void {
    if (this.isRunning) return;
    const due = this.tasks.filter(({ dueAtMs }) => nowMs >= dueAtMs);
    if (due.length === 0) return;
    // Half a tick of slack: timers fire a little late, and a task must not miss every second round for it.
    for (const entry of due) entry.dueAtMs = nowMs + entry.everyMs / 2;
    for (const { round } of due) if (round) this.survive(() => round(nowMs));
    const tasks = due.flatMap(({ task }) => task ?? []);
    if (tasks.length === 0) return;
    this.isRunning = true;
    const goOn = (): boolean => this.timer !== undefined;
    const rest = this.turns.each(this.sessions.all(), (session) => this.look(session, tasks, nowMs), goOn);
    if (rest) void rest.catch(this.onFault).finally(() => (this.isRunning = false));
    else this.isRunning = false;
  }

  private look(session: Session, tasks: readonly SweepTask[], nowMs: number): void {
    for (const task of tasks) this.survive(() => task(session, nowMs));
  }

  /** A fault with one session must not stop the clock for the others. */
  private survive(act: () => void): void {
    try {
      act();
    } catch (fault) {
      this.onFault(fault);
    }
  }
}
