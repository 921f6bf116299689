/** Work over many sessions in slices, with turns of the event loop between them, so that nobody else waits for all of it. */
import { afterOthers } from './after-others.js';
import { SliceClock } from './slice-clock.js';

/** How long this library may hold the event loop in one go. */
export interface FairnessOptions {
  /**
   * Longest slice of work over many sessions (a push, a kick, a drain, a round of pings, a burst from other nodes), in ms; then others have their
   * turn. 0 does all of it at once.
   * @default 5
   */
  readonly sliceMs?: number;
}

export const FAIRNESS_DEFAULTS: Readonly<Required<FairnessOptions>> = Object.freeze({ sliceMs: 5 });

/**
 * From the second slice on, what steps leave behind for the same turn is done after so many of them, as part of the slice: the end of a
 * session is told to everybody a tick after its socket is cut, and is several times the work.
 */
const STEPS_PER_TICK = 8;

export class FairTurns {
  /** @param sliceMs 0 for no slices @param now a clock in ms that never goes back */
  constructor(
    private readonly sliceMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Begins at once, and goes on after a turn of the loop whenever a slice is over. What is live is looked at when its turn comes.
   * @param step what it throws ends the work: thrown out of the first slice, a rejection from later ones
   * @param mayGoOn asked before each further slice; false leaves the rest undone
   * @returns nothing if everything fitted into the first slice
   */
  each<T>(items: Iterable<T>, step: (item: T) => void, mayGoOn: () => boolean = () => true): Promise<void> | undefined {
    const rest = items[Symbol.iterator]();
    if (this.run(rest, step, this.slice(), Infinity)) return undefined;
    return this.goOn(rest, step, mayGoOn);
  }

  private async goOn<T>(rest: Iterator<T>, step: (item: T) => void, mayGoOn: () => boolean): Promise<void> {
    await new Promise<void>(afterOthers);
    while (mayGoOn()) {
      const slice = this.slice();
      do {
        if (this.run(rest, step, slice, STEPS_PER_TICK)) return;
        await new Promise<void>((resolve) => process.nextTick(resolve));
      } while (!slice.isOverNow());
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private slice(): SliceClock {
    const slice = new SliceClock(this.sliceMs, this.now);
    slice.begin();
    return slice;
  }

  /** @returns true when nothing is left */
  private run<T>(rest: Iterator<T>, step: (item: T) => void, slice: SliceClock, steps: number): boolean {
    for (let left = steps; left > 0; left--) {
      const next = rest.next();
      if (next.done) return true;
      step(next.value);
      if (slice.isOver()) return false;
    }
    return false;
  }
}

/** For units, and where nobody else waits. */
export const ALL_AT_ONCE = new FairTurns(0);
