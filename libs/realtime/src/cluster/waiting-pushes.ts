/** Pushes that wait while the broker is away: bounded in bytes and age, sent in order when it is back and the other nodes hear again. */
import type { NodeCounters } from '../observe/node-counters.js';
import { ClusterBusError } from './cluster-bus-error.js';
import type { ClusterLink } from './cluster-link.js';
import type { Fact } from './cluster-message.js';
import type { BrokerLostBuffer } from './cluster-settings.js';
import type { NodeAsks } from './node-asks.js';

/** The question whether a node hears all that it listens to. */
export const REACH = 'reach';

/** How long one round of that question takes, and the pause after it, in ms. */
const ROUND_MS = 250;
const PAUSE_MS = 50;

/** What goes to the broker at once when it is back. */
const AT_ONCE = 256;

/** What an entry takes beside its text. */
const ENTRY_BYTES = 200;

interface Waiting {
  readonly channel: string;
  readonly type: string;
  readonly facts: readonly Fact[];
  readonly text: string;
  readonly bytes: number;
  readonly dueMs: number;
  readonly resolve: () => void;
  readonly reject: (fault: unknown) => void;
}

export class WaitingPushes implements Pick<ClusterLink, 'send'> {
  private queue: Waiting[] = [];
  private bytes = 0;
  private isHolding = false;
  /** Counts returns of the broker: a flush ends when another has begun. */
  private round = 0;
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param isInReach whether the broker is there, or was never
   * @param patienceMs how long other nodes are waited for that do not hear yet
   */
  constructor(
    private readonly link: Pick<ClusterLink, 'send'>,
    private readonly asks: Pick<NodeAsks, 'ask'>,
    private readonly others: () => readonly string[],
    private readonly isInReach: () => boolean,
    private readonly bounds: BrokerLostBuffer,
    private readonly patienceMs: number,
    private readonly counters: NodeCounters,
  ) {}

  /** @throws {ClusterBusError} as the link's, and if there was no room or it waited for too long */
  send(channel: string, type: string, facts: readonly Fact[], text = ''): Promise<void> {
    if (!this.isHolding && this.isInReach()) return this.link.send(channel, type, facts, text);
    this.isHolding = true;
    const bytes = Buffer.byteLength(channel) + Buffer.byteLength(JSON.stringify(facts)) + Buffer.byteLength(text) + ENTRY_BYTES;
    if (this.bytes + bytes > this.bounds.maxBytes) {
      this.counters.busError('buffer_full');
      return Promise.reject(new ClusterBusError('The broker is away, and no more pushes may wait for it'));
    }
    this.bytes += bytes;
    return new Promise((resolve, reject) => {
      this.queue.push({ channel, type, facts, text, bytes, dueMs: performance.now() + this.bounds.maxAgeMs, resolve, reject });
      this.timer ??= this.newTimer(this.bounds.maxAgeMs);
    });
  }

  /** The broker is back: what waits, and what is pushed meanwhile, goes when the other nodes hear. */
  back(): void {
    this.isHolding = true;
    void this.flush(++this.round);
  }

  /** Nothing waits any longer. */
  stop(): void {
    this.round++;
    this.isHolding = false;
    this.drop(this.queue.length, 'buffer_stopped', 'The app has ended before the broker was back');
  }

  private async flush(round: number): Promise<void> {
    const isOver = (): boolean => round !== this.round || !this.isInReach();
    await this.othersHear(isOver);
    while (!isOver()) {
      this.dropDue();
      const batch = this.takeBatch();
      if (batch.length === 0) {
        this.isHolding = false;
        return;
      }
      // Each is told for itself. One whose fate nobody knows is not sent again.
      await Promise.all(
        batch.map(({ channel, type, facts, text, resolve, reject }) => this.link.send(channel, type, facts, text).then(resolve, reject)),
      );
    }
  }

  /** A node that is not back yet would miss what is sent now. */
  private async othersHear(isOver: () => boolean): Promise<void> {
    const untilMs = performance.now() + this.patienceMs;
    const heard = new Set<string>();
    while (!isOver() && performance.now() < untilMs) {
      const nodes = this.others().filter((nodeId) => !heard.has(nodeId));
      if (nodes.length === 0) return;
      const { answers } = await this.asks.ask(REACH, null, { nodes, timeoutMs: ROUND_MS });
      for (const { nodeId, answer } of answers) if (answer === true) heard.add(nodeId);
      if (answers.length < nodes.length || heard.size < nodes.length) await pause();
    }
  }

  private takeBatch(): readonly Waiting[] {
    let bytes = 0;
    let count = 0;
    // One that is larger than this goes alone.
    for (const waiting of this.queue.slice(0, AT_ONCE)) {
      if (count > 0 && bytes + waiting.bytes > AT_ONCE * 4_096) break;
      bytes += waiting.bytes;
      count++;
    }
    return this.take(count);
  }

  private take(count: number): Waiting[] {
    const taken = this.queue.splice(0, count);
    for (const { bytes } of taken) this.bytes -= bytes;
    if (this.queue.length === 0) {
      clearTimeout(this.timer);
      this.timer = undefined;
    }
    return taken;
  }

  private dropDue(): void {
    const nowMs = performance.now();
    const kept = this.queue.findIndex(({ dueMs }) => dueMs > nowMs);
    this.drop(kept < 0 ? this.queue.length : kept, 'buffer_age', 'The broker was away for longer than a push may wait');
  }

  private drop(count: number, operation: string, sentence: string): void {
    for (const { reject } of this.take(count)) {
      this.counters.busError(operation);
      reject(new ClusterBusError(sentence));
    }
  }

  /** For the eldest, which is due first. */
  private newTimer(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.timer = undefined;
      this.dropDue();
      const [eldest] = this.queue;
      if (eldest) this.timer = this.newTimer(Math.max(1, eldest.dueMs - performance.now()));
    }, ms).unref();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, PAUSE_MS).unref());
}
