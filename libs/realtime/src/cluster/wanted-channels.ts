/** Channels by how many want them. One that nobody wants any more is listened to a little longer: often somebody comes back at once. */
import type { ClusterBus } from './cluster-engine.js';

const LINGER_MS = 1_000;

interface Wanted {
  holders: number;
  /** Until the broker has confirmed it. */
  confirmed: Promise<void> | undefined;
  /** The broker was away when it was asked for. */
  isMissed: boolean;
  emptySinceMs: number;
}

export class WantedChannels {
  private readonly channels = new Map<string, Wanted>();
  private readonly empty = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  /** @param onIgnored told of each channel that is listened to no longer */
  constructor(
    private readonly bus: () => ClusterBus,
    private readonly onIgnored: (channel: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** One more holder. @returns what to wait for until the broker has confirmed the channel; undefined if it has; never rejects */
  want(channel: string): Promise<void> | undefined {
    const known = this.channels.get(channel);
    if (known) {
      known.holders++;
      this.empty.delete(channel);
      if (known.isMissed) this.listen(channel, known);
      return known.confirmed;
    }
    const wanted: Wanted = { holders: 1, confirmed: undefined, isMissed: false, emptySinceMs: 0 };
    this.channels.set(channel, wanted);
    this.listen(channel, wanted);
    return wanted.confirmed;
  }

  /** One holder less. */
  unwant(channel: string): void {
    const wanted = this.channels.get(channel);
    if (!wanted || --wanted.holders > 0) return;
    wanted.emptySinceMs = this.now();
    this.empty.add(channel);
    this.timer ??= setInterval(() => this.sweep(), LINGER_MS).unref();
  }

  /** What to wait for until the broker has confirmed the channel; undefined if it has, or if nobody wants it; never rejects. */
  confirmed(channel: string): Promise<void> | undefined {
    return this.channels.get(channel)?.confirmed;
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private listen(channel: string, wanted: Wanted): void {
    const settle = (isMissed: boolean) => (): void => void Object.assign(wanted, { confirmed: undefined, isMissed });
    wanted.isMissed = false;
    // What was not confirmed stays wanted: the bus listens as soon as the broker is back.
    wanted.confirmed = this.bus().listen(channel).then(settle(false), settle(true));
  }

  private sweep(): void {
    const beforeMs = this.now() - LINGER_MS;
    for (const channel of this.empty) {
      // The set is in the order in which they became empty.
      if ((this.channels.get(channel)?.emptySinceMs ?? 0) > beforeMs) break;
      this.empty.delete(channel);
      this.channels.delete(channel);
      this.bus().ignore(channel);
      this.onIgnored(channel);
    }
    if (this.empty.size === 0) this.stop();
  }
}
