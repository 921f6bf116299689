/** What is published in one tick goes to Redis in one pipeline: a system call for each message would cost more than the messages. */
import type { Redis } from 'ioredis';
import { ClusterBusError, asBusError } from '../cluster/cluster-bus-error.js';

/** What may be on its way without an answer, in characters. Beyond it a push is refused: a broker that is slow must not fill this node. */
const MAX_UNANSWERED = 32 * 1024 * 1024;

interface Entry {
  readonly channel: string;
  readonly text: string;
  readonly resolve: () => void;
  readonly reject: (fault: ClusterBusError) => void;
}

/** Of each command of a pipeline. */
type Answers = [error: Error | null, result: unknown][] | null;

export class PublishBatch {
  private entries: Entry[] = [];
  private unanswered = 0;
  private isClosed = false;

  constructor(private readonly connection: Redis) {}

  /** @throws {ClusterBusError} as `ClusterBus.publish` */
  add(channel: string, text: string): Promise<void> {
    if (this.isClosed) return Promise.reject(new ClusterBusError('The engine has been closed'));
    if (this.connection.status !== 'ready') return Promise.reject(new ClusterBusError('Redis is out of reach'));
    // What timed out is still in the socket's buffer, until the connection is made anew.
    if (Math.max(this.unanswered, this.connection.stream.writableLength) + text.length > MAX_UNANSWERED)
      return Promise.reject(new ClusterBusError('Redis is too slow: too much is on its way to it'));
    this.unanswered += text.length;
    return new Promise((resolve, reject) => {
      if (this.entries.length === 0) process.nextTick(() => void this.flush());
      this.entries.push({ channel, text, resolve, reject });
    });
  }

  close(): void {
    this.isClosed = true;
  }

  private async flush(): Promise<void> {
    const { entries } = this;
    this.entries = [];
    let answers: Answers = null;
    let fault: unknown;
    try {
      answers = await this.say(entries);
    } catch (thrown) {
      // Translated below, for each of those who wait.
      fault = thrown;
    }
    entries.forEach(({ text, resolve, reject }, index) => {
      this.unanswered -= text.length;
      const failure = answers?.[index]?.[0] ?? (answers ? undefined : (fault ?? new Error('no answer')));
      if (failure) reject(asBusError(failure, 'Publishing over Redis'));
      else resolve();
    });
  }

  private async say(entries: readonly Entry[]): Promise<Answers> {
    const [first] = entries;
    // A pipeline for one command costs more than the command.
    if (first && entries.length === 1) return [[null, await this.connection.publish(first.channel, first.text)]];
    const pipeline = this.connection.pipeline();
    for (const { channel, text } of entries) pipeline.publish(channel, text);
    return pipeline.exec();
  }
}
