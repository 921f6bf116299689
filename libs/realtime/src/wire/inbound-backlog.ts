/** What one read from a socket brought beyond a fair share; it is handed on a share at a time, and the others have their turn between. */

/**
 * Messages of one peer that are handled before others have their turn; up to twice as many where a read begins in the middle of a count. A read brings up to 64 KiB, which is more than 10,000 of the
 * smallest messages: handled at once they would hold the event loop for some tenths of a second.
 */
export const MESSAGES_PER_TURN = 256;

export class InboundBacklog {
  private waiting: Buffer[] = [];
  private next: NodeJS.Immediate | undefined;

  /**
   * @param hand takes one message; must not throw
   * @param onEmpty told when everything was handed on
   */
  constructor(
    private readonly hand: (data: Buffer) => void,
    private readonly onEmpty: () => void,
  ) {}

  push(data: Buffer): void {
    this.waiting.push(data);
    this.next ??= setImmediate(() => this.turn());
  }

  /** Hands everything on now: nothing will follow. */
  flush(): void {
    clearImmediate(this.next);
    const rest = this.waiting;
    this.waiting = [];
    for (const data of rest) this.hand(data);
  }

  clear(): void {
    clearImmediate(this.next);
    this.waiting = [];
  }

  private turn(): void {
    const share = this.waiting.splice(0, MESSAGES_PER_TURN);
    this.next = undefined;
    for (const data of share) this.hand(data);
    if (this.waiting.length > 0) this.next = setImmediate(() => this.turn());
    else this.onEmpty();
  }
}
