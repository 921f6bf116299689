/** The receipts of a tick: one question to the server, whose answer says that it has read all that was sent before. */
import type { NatsConnection } from '@nats-io/transport-node';
import { ClusterBusError, asBusError } from '../cluster/cluster-bus-error.js';

/** What may be on its way without a receipt, in characters. */
const MAX_UNANSWERED = 32 * 1024 * 1024;
const TIMEOUT_MS = 2_000;

export class FlushBatch {
  private next: Promise<void> | undefined;
  private waiting = 0;
  private unanswered = 0;

  constructor(private readonly connection: NatsConnection) {}

  hasRoomFor(characters: number): boolean {
    return this.unanswered + this.waiting + characters <= MAX_UNANSWERED;
  }

  /** Settles when the server has read what was sent in this tick. @throws {ClusterBusError} if nobody can say */
  taken(characters: number): Promise<void> {
    this.waiting += characters;
    return (this.next ??= new Promise<void>((resolve) => process.nextTick(resolve)).then(() => this.flush()));
  }

  private async flush(): Promise<void> {
    const characters = this.waiting;
    this.next = undefined;
    this.waiting = 0;
    this.unanswered += characters;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new ClusterBusError('NATS did not answer in time')), TIMEOUT_MS);
    });
    const flushed = this.connection.flush();
    // What timed out is still in the socket's buffer, until the connection is made anew.
    const settled = (): void => void (this.unanswered -= characters);
    void flushed.then(settled, settled);
    try {
      await Promise.race([flushed, late]);
    } catch (thrown) {
      throw asBusError(thrown, 'Publishing over NATS');
    } finally {
      clearTimeout(timer);
    }
  }
}
