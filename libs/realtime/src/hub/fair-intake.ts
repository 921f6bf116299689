/** What comes from other nodes, in the order in which it came and in slices: a burst of it holds the event loop no longer than a push of this node. */
import type { TextTaker } from '../cluster/cluster-engine.js';
import { SliceClock } from '../outbound/slice-clock.js';

/** What may wait here. Beyond it the loop is held: then nothing more is read, and the rest waits at the broker. */
const MAX_TEXTS = 10_000;
const MAX_CHARACTERS = 16 * 1024 * 1024;

interface Waiting {
  readonly channel: string;
  readonly text: string;
}

export class FairIntake {
  private waiting: Waiting[] = [];
  private next = 0;
  private characters = 0;
  private isAsked = false;
  /** The slice of this turn is over, and what comes in waits behind what is waiting. */
  private isBehind = false;
  private readonly slice: SliceClock;

  /** @param sliceMs how long taking may hold the event loop in one go; 0 for as long as it takes @param now a clock in ms that never goes back */
  constructor(
    private readonly take: TextTaker,
    private readonly sliceMs: number,
    now: () => number = () => performance.now(),
  ) {
    this.slice = new SliceClock(sliceMs, now);
  }

  /** Takes it now if nothing waits and there is time, which is what happens to most. */
  readonly add: TextTaker = (channel, text) => {
    if (this.sliceMs === 0) {
      this.take(channel, text);
    } else if (this.isBehind) {
      this.wait({ channel, text });
    } else {
      this.takeNow(channel, text);
    }
  };

  private takeNow(channel: string, text: string): void {
    if (!this.isAsked) {
      this.isAsked = true;
      this.slice.begin();
      // Comes when everything has been read that this turn of the loop reads.
      setImmediate(this.turnOver);
    }
    this.take(channel, text);
    this.isBehind = this.slice.isOver();
  }

  private wait(waiting: Waiting): void {
    this.waiting.push(waiting);
    this.characters += waiting.text.length;
    while (this.waiting.length - this.next > MAX_TEXTS || this.characters > MAX_CHARACTERS) this.takeNext();
  }

  private readonly turnOver = (): void => {
    this.isAsked = false;
    // Sockets are read first.
    if (this.isBehind) setImmediate(this.goOn);
  };

  private readonly goOn = (): void => {
    this.slice.begin();
    while (this.next < this.waiting.length) {
      this.takeNext();
      if (this.slice.isOver()) break;
    }
    this.forgetTaken();
    this.isBehind = this.waiting.length > 0;
    if (this.isBehind) setImmediate(this.goOn);
  };

  private takeNext(): void {
    const { channel, text } = this.waiting[this.next++] as Waiting;
    this.characters -= text.length;
    this.take(channel, text);
  }

  private forgetTaken(): void {
    if (this.next === this.waiting.length) {
      this.waiting = [];
      this.next = 0;
    } else if (this.next * 2 > this.waiting.length) {
      this.waiting = this.waiting.slice(this.next);
      this.next = 0;
    }
  }
}
