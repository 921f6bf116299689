/** Texts over Redis' Pub/Sub. What is listened to is kept here and not in the client, so that it is known what the server has confirmed. */
import type { Redis } from 'ioredis';
import { ClusterBusError, asBusError } from '../cluster/cluster-bus-error.js';
import type { BusListener, ClusterBus } from '../cluster/cluster-engine.js';
import { PublishBatch } from './publish-batch.js';

/** Channels that one command names. */
const CHANNELS_AT_ONCE = 512;

interface Confirmation {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (fault: ClusterBusError) => void;
}

export class RedisBus implements ClusterBus {
  private readonly wanted = new Set<string>();
  /** Named to this connection's server; true if it has confirmed them. */
  private named = new Map<string, boolean>();
  private readonly unconfirmed = new Map<string, Confirmation>();
  private changed = new Set<string>();
  private readonly batch: PublishBatch;
  private isClosed = false;
  /** Whether the server has confirmed to this connection all that is wanted. */
  private isHearing = true;
  private isBack = true;

  /** @param prefix begins the name of every channel */
  constructor(
    private readonly commands: Redis,
    private readonly subscriber: Redis,
    private readonly prefix: string,
    private readonly listener: BusListener,
  ) {
    this.batch = new PublishBatch(commands);
    subscriber.on('message', (channel: string, text: string) => {
      if (!channel.startsWith(prefix)) return;
      const name = channel.slice(prefix.length);
      // What was on its way when the channel was left is not passed on.
      if (this.wanted.has(name)) listener.onMessage(name, text);
    });
    subscriber.on('close', () => this.deafened());
    subscriber.on('ready', () => void this.listenAgain());
    commands.on('close', () => this.lost('the connection for commands has ended'));
    commands.on('ready', () => this.back());
  }

  publish(channel: string, text: string): Promise<void> {
    return this.batch.add(this.prefix + channel, text);
  }

  listen(channel: string): Promise<void> {
    const waiting = this.unconfirmed.get(channel);
    if (waiting) return waiting.promise;
    if (this.wanted.has(channel) && this.named.get(channel)) return Promise.resolve();
    this.wanted.add(channel);
    const confirmation = newConfirmation();
    this.unconfirmed.set(channel, confirmation);
    this.change(channel);
    return confirmation.promise;
  }

  ignore(channel: string): void {
    if (!this.wanted.delete(channel)) return;
    this.settle([channel], new ClusterBusError('The channel is not wanted any more'));
    this.change(channel);
  }

  renew(): void {
    if (this.isClosed) return;
    this.subscriber.disconnect(true);
    this.commands.disconnect(true);
  }

  close(): void {
    this.isClosed = true;
    this.batch.close();
    this.settle([...this.unconfirmed.keys()], new ClusterBusError('The engine has been closed'));
  }

  private get isReady(): boolean {
    return this.subscriber.status === 'ready' && !this.isClosed;
  }

  /** Everything that changes in one tick is said in one command. */
  private change(channel: string): void {
    if (this.changed.size === 0) process.nextTick(() => void this.sayChanges());
    this.changed.add(channel);
  }

  private async sayChanges(): Promise<void> {
    const changed = [...this.changed];
    this.changed = new Set();
    if (!this.isReady) {
      this.settle(changed, new ClusterBusError('Redis is out of reach'));
      return;
    }
    const { named } = this;
    const left = changed.filter((channel) => !this.wanted.has(channel) && named.delete(channel));
    // Also those that were left and wanted again within the tick: somebody waits for a confirmation.
    const joined = changed.filter((channel) => this.wanted.has(channel));
    await Promise.all([...chunks(left).map((chunk) => this.unname(chunk)), this.name(joined)]);
  }

  /** @returns whether the server has confirmed all of them */
  private async name(channels: readonly string[]): Promise<boolean> {
    const { named } = this;
    for (const channel of channels) named.set(channel, false);
    const confirmed = await Promise.all(
      chunks(channels).map(async (chunk) => {
        // Who asks again while this is on its way waits for an answer of his own: the channel may have been left in between.
        const waiting = chunk.map((channel) => this.unconfirmed.get(channel));
        try {
          await this.subscriber.subscribe(...chunk.map((channel) => this.prefix + channel));
        } catch (fault) {
          // Translated for whoever waits; the channels stay wanted.
          this.settle(chunk, asBusError(fault, 'Listening to the cluster'));
          if (named === this.named) this.refused(fault);
          return false;
        }
        // Of another connection by now: that one has to confirm them.
        if (named !== this.named) return false;
        const settled = chunk.filter((channel, index) => this.unconfirmed.get(channel) === waiting[index]);
        for (const channel of settled) if (named.has(channel)) named.set(channel, true);
        this.settle(settled);
        return true;
      }),
    );
    return confirmed.every(Boolean);
  }

  private async unname(channels: readonly string[]): Promise<void> {
    try {
      await this.subscriber.unsubscribe(...channels.map((channel) => this.prefix + channel));
    } catch (fault) {
      // Survived: the connection is made anew, with what is wanted then.
      this.refused(fault);
    }
  }

  /** What the server refuses on a good connection would be missing in silence: the connection is made anew. */
  private refused(fault: unknown): void {
    if (!this.isReady) return;
    this.lost(fault instanceof Error ? fault.message : String(fault));
    this.subscriber.disconnect(true);
  }

  private deafened(): void {
    this.isHearing = false;
    this.named = new Map();
    this.settle([...this.unconfirmed.keys()], new ClusterBusError('Redis is out of reach'));
    this.lost('the receiving connection has ended');
  }

  private async listenAgain(): Promise<void> {
    this.named = new Map();
    this.isHearing = await this.name([...this.wanted]);
    this.back();
  }

  private lost(reason: string): void {
    if (this.isClosed || !this.isBack) return;
    this.isBack = false;
    this.listener.onLost(reason);
  }

  private back(): void {
    if (this.isBack || !this.isHearing || !this.isReady || this.commands.status !== 'ready') return;
    this.isBack = true;
    this.listener.onBack();
  }

  private settle(channels: readonly string[], fault?: ClusterBusError): void {
    for (const channel of channels) {
      const confirmation = this.unconfirmed.get(channel);
      if (!confirmation) continue;
      this.unconfirmed.delete(channel);
      if (fault) confirmation.reject(fault);
      else confirmation.resolve();
    }
  }
}

function newConfirmation(): Confirmation {
  const { promise, resolve, reject } = withResolvers();
  // Whoever listens need not wait.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

function withResolvers(): { promise: Promise<void>; resolve: () => void; reject: (fault: ClusterBusError) => void } {
  let resolve!: () => void;
  let reject!: (fault: ClusterBusError) => void;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

function chunks(channels: readonly string[]): string[][] {
  const all: string[][] = [];
  for (let at = 0; at < channels.length; at += CHANNELS_AT_ONCE) all.push(channels.slice(at, at + CHANNELS_AT_ONCE));
  return all;
}
