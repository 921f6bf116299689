/** Counts and checks pushes at many receivers: each must get every push, once and in order. */
import type { Dialect } from '../dialects/dialect.js';
import { LearnedFrames } from './learned-frames.js';
import type { LoadSocket } from './load-socket.js';

export class PushBoard {
  private readonly pushes: LearnedFrames;
  private readonly received: number[];
  private expected = 0;
  private missing = 0;
  private done: () => void = () => undefined;

  /** @param topic, size what the publisher is told */
  constructor(dialect: Dialect, receivers: readonly LoadSocket[], topic: string, size: number) {
    this.received = receivers.map(() => 0);
    this.pushes = new LearnedFrames((text, seq) => {
      const { name, params } = dialect.readPush(text);
      const { seq: found, pad } = params as { readonly seq?: unknown; readonly pad?: unknown };
      if (name !== topic || found !== seq || typeof pad !== 'string' || pad.length !== size) throw new Error(`Wrong push ${seq}: ${text}`);
    });
    for (const [index, socket] of receivers.entries()) {
      socket.onText = (bytes, start, end) => this.take(index, bytes, start, end);
    }
  }

  get missingPushes(): number {
    return this.missing;
  }

  /** Waits until every receiver has the next `count` pushes. */
  all(count: number): Promise<void> {
    this.expected = count;
    this.received.fill(0);
    this.missing = count * this.received.length;
    return new Promise((resolve) => (this.done = resolve));
  }

  private take(receiver: number, bytes: Buffer, start: number, end: number): void {
    const seq = this.received[receiver] as number;
    if (seq >= this.expected) throw new Error(`A push too many: ${bytes.toString('utf8', start, end)}`);
    this.pushes.verify(seq, bytes, start, end);
    this.received[receiver] = seq + 1;
    if (--this.missing === 0) this.done();
  }
}
