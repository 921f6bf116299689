/** What each sender said last on each channel, for as long as somebody could say it again and have it taken. */

/** Senders of one channel. Only who has a key gets here, and each start of a node is another sender. */
const MAX_SENDERS = 1_000;

export class ReplayMemory {
  private readonly channels = new Map<string, Map<string, number>>();
  /** By channel and by sender: since when it is not there any more, the eldest first. */
  private readonly leftChannels = new Map<string, number>();
  private readonly goneSenders = new Map<string, number>();

  /** @param keepMs how long what is gone is remembered @param now a clock that only grows, in ms */
  constructor(
    private readonly keepMs: number,
    private readonly now: () => number,
  ) {}

  /** @returns false if the sender has said this, or something later, on the channel before */
  isNew(channel: string, sender: string, sequence: number): boolean {
    let senders = this.channels.get(channel);
    if (!senders) this.channels.set(channel, (senders = new Map<string, number>()));
    const last = senders.get(sender);
    if (last !== undefined && sequence <= last) return false;
    if (last === undefined && senders.size >= MAX_SENDERS) {
      const [eldest] = senders.keys();
      if (eldest !== undefined) senders.delete(eldest);
    }
    senders.set(sender, sequence);
    if (this.leftChannels.size > 0) this.leftChannels.delete(channel);
    if (this.goneSenders.size > 0) this.goneSenders.delete(sender);
    return true;
  }

  /** Nobody listens to the channel any more. */
  leave(channel: string): void {
    if (this.channels.has(channel)) this.put(this.leftChannels, channel);
    this.sweep();
  }

  /** The sender is gone for good. */
  lose(sender: string): void {
    this.put(this.goneSenders, sender);
    this.sweep();
  }

  /** What is gone for so long that nothing of it could be taken is forgotten. */
  sweep(): void {
    for (const channel of this.takeDue(this.leftChannels)) this.channels.delete(channel);
    const gone = this.takeDue(this.goneSenders);
    if (gone.length === 0) return;
    for (const senders of this.channels.values()) for (const sender of gone) senders.delete(sender);
  }

  private put(left: Map<string, number>, name: string): void {
    left.delete(name);
    left.set(name, this.now());
  }

  private takeDue(left: Map<string, number>): string[] {
    const due: string[] = [];
    const beforeMs = this.now() - this.keepMs;
    for (const [name, sinceMs] of left) {
      if (sinceMs > beforeMs) break;
      left.delete(name);
      due.push(name);
    }
    return due;
  }
}
