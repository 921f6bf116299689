/** What one peer sent beyond its fair share; it is handed on a share at a time, and the others have their turn between. */
import { shareOf } from './fair-share.js';

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
    this.begin();
  }

  /** Waits for the next turn, also if nothing is to be handed on then. */
  begin(): void {
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
    const share = this.waiting.splice(0, shareOf(this.waiting));
    this.next = undefined;
    for (const data of share) this.hand(data);
    if (this.waiting.length > 0) this.begin();
    else this.onEmpty();
  }
}
