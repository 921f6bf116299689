/** What one peer sent beyond its fair share; it is handed on a share at a time, and the others have their turn between. */
import { shareOf } from './fair-share.js';

export class InboundBacklog {
  private waiting: Buffer[] = [];
  private next: NodeJS.Immediate | undefined;
  private waitingBytes = 0;

  /**
   * @param hand takes one message; must not throw
   * @param mayHand asked before each of them; when it may go on again is for the owner to say, by {@link begin}
   * @param onEmpty told when everything was handed on
   */
  constructor(
    private readonly hand: (data: Buffer) => void,
    private readonly mayHand: () => boolean,
    private readonly onEmpty: () => void,
  ) {}

  /** Of all messages that wait. */
  get bytes(): number {
    return this.waitingBytes;
  }

  push(data: Buffer): void {
    this.waiting.push(data);
    this.waitingBytes += data.length;
    this.begin();
  }

  /** Waits for the next turn, also if nothing is to be handed on then. */
  begin(): void {
    this.next ??= setImmediate(() => this.turn());
  }

  /** Hands everything on now: nothing will follow. */
  flush(): void {
    const rest = this.waiting;
    this.clear();
    for (const data of rest) this.hand(data);
  }

  clear(): void {
    clearImmediate(this.next);
    this.waiting = [];
    this.waitingBytes = 0;
  }

  private turn(): void {
    this.next = undefined;
    const { waiting } = this;
    const share = shareOf(waiting);
    let handed = 0;
    // Whoever is handed a message may clear what waits.
    while (handed < share && this.waiting === waiting && this.mayHand()) this.pass(waiting[handed++]);
    if (this.waiting === waiting) waiting.splice(0, handed);
    if (this.waiting.length === 0) this.onEmpty();
    else if (this.mayHand()) this.begin();
  }

  private pass(data: Buffer | undefined): void {
    if (!data) return;
    this.waitingBytes -= data.length;
    this.hand(data);
  }
}
