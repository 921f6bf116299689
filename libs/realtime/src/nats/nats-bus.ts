/** Texts over NATS. A publish has no answer there: one round trip for all of a tick says that the server has them. */
import type { Msg, NatsConnection, Status, Subscription } from '@nats-io/transport-node';
import { ClusterBusError, asBusError } from '../cluster/cluster-bus-error.js';
import type { BusListener, ClusterBus } from '../cluster/cluster-engine.js';
import { FlushBatch } from './flush-batch.js';

const TEXT = new TextDecoder();

export class NatsBus implements ClusterBus {
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly flushes: FlushBatch;
  private isConnected = true;
  private isClosed = false;

  /** @param prefix begins every subject */
  constructor(
    private readonly connection: NatsConnection,
    private readonly prefix: string,
    private readonly listener: BusListener,
    /** Told what ends the watching of the connection, which nothing should. */
    private readonly onFault: (fault: unknown) => void,
  ) {
    this.flushes = new FlushBatch(connection);
    void this.watch();
  }

  publish(channel: string, text: string): Promise<void> {
    const refusal = this.refusal();
    if (refusal) return Promise.reject(refusal);
    if (!this.flushes.hasRoomFor(text.length)) return Promise.reject(new ClusterBusError('NATS is too slow: too much is on its way to it'));
    try {
      this.connection.publish(this.subjectOf(channel), text);
    } catch (thrown) {
      // Translated: too large for the server, or closed this moment.
      return Promise.reject(asBusError(thrown, 'Publishing over NATS'));
    }
    return this.flushes.taken(text.length);
  }

  listen(channel: string): Promise<void> {
    if (this.isClosed) return Promise.reject(new ClusterBusError('The engine has been closed'));
    if (!this.subscriptions.has(channel)) {
      try {
        // The client says it again to the next server by itself.
        this.subscriptions.set(channel, this.connection.subscribe(this.subjectOf(channel), { callback: this.callbackOf(channel) }));
      } catch (thrown) {
        return Promise.reject(asBusError(thrown, 'Listening to the cluster'));
      }
    }
    return this.refusal() ? Promise.reject(new ClusterBusError('NATS is out of reach')) : this.flushes.taken(0);
  }

  ignore(channel: string): void {
    const subscription = this.subscriptions.get(channel);
    this.subscriptions.delete(channel);
    if (!this.connection.isClosed()) subscription?.unsubscribe();
  }

  renew(): void {
    // Refused only while it reconnects anyway.
    if (!this.isClosed) this.connection.reconnect().catch(() => undefined);
  }

  async close(): Promise<void> {
    for (const channel of [...this.subscriptions.keys()]) this.ignore(channel);
    this.isClosed = true;
    // What was published last leaves before the team ends the connection.
    if (!this.connection.isClosed() && this.isConnected) await this.flushes.taken(0).catch(() => undefined);
  }

  private refusal(): ClusterBusError | undefined {
    if (this.isClosed) return new ClusterBusError('The engine has been closed');
    // The client would throw away what is published now, or send it much later, and say neither.
    return this.isConnected && !this.connection.isClosed() ? undefined : new ClusterBusError('NATS is out of reach');
  }

  private callbackOf(channel: string) {
    return (fault: Error | null, message: Msg): void => {
      if (fault) this.onFault(fault);
      else this.listener.onMessage(channel, TEXT.decode(message.data));
    };
  }

  /** One token for a channel, whatever its name holds. */
  private subjectOf(channel: string): string {
    return this.prefix + Buffer.from(channel).toString('base64url');
  }

  private async watch(): Promise<void> {
    try {
      for await (const status of this.connection.status()) this.changed(status);
    } catch (fault) {
      // Survived: the heartbeat notices what is not told here.
      this.onFault(fault);
    }
    if (!this.isClosed) this.lost('the connection was closed');
  }

  private changed({ type }: Status): void {
    if (this.isClosed) return;
    if (type === 'disconnect' || type === 'staleConnection') this.lost('the connection has ended');
    if (type === 'reconnect') void this.back();
  }

  private lost(reason: string): void {
    if (!this.isConnected) return;
    this.isConnected = false;
    this.listener.onLost(reason);
  }

  private async back(): Promise<void> {
    try {
      // The server has read all subscriptions when it answers.
      await this.flushes.taken(0);
    } catch {
      this.renew(); // lost again and told so, or no good although nothing says so
      return;
    }
    if (this.isConnected || this.isClosed) return;
    this.isConnected = true;
    this.listener.onBack();
  }
}
