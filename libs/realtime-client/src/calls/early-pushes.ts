/**
 * Holds pushes back for one turn after the server has answered for a topic. The first pushes may come in the same read as the answer, before the
 * code behind `await client.subscribe()` has had a chance to listen.
 */
import type { IncomingPush } from './push.js';

/** So many pushes wait at the most, then all are delivered. */
const MAX_HELD = 1_000;

export class EarlyPushes {
  private readonly held: IncomingPush[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly deliver: (push: IncomingPush) => void) {}

  /** Pushes wait until everything that the present turn has settled has run. */
  hold(): void {
    this.timer ??= setTimeout(() => this.release());
  }

  take(push: IncomingPush): void {
    if (this.timer === undefined) this.deliver(push);
    else if (this.held.push(push) >= MAX_HELD) this.release();
  }

  /** Delivers what waits, in order. */
  release(): void {
    clearTimeout(this.timer);
    // One by one: new pushes may come while these are delivered, and queue up behind them.
    for (let push = this.held.shift(); push; push = this.held.shift()) this.deliver(push);
    this.timer = undefined;
  }
}
