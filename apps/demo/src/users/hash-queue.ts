/** Lets few hashes be made at once: they take the threads that files and name lookups need too, and a core each. */
import { RpcError } from 'nestjs-realtime';

export interface HashLimits {
  /** Hashes that are made at once. */
  readonly atOnce: number;
  /** How many more may wait. */
  readonly waiting: number;
  /** Of both together, for one address: whoever floods the queue leaves places to others. */
  readonly perAddress: number;
}

const DEFAULTS: HashLimits = Object.freeze({ atOnce: 2, waiting: 32, perAddress: 8 });

/** Who wants the hash, and until when. */
export interface HashWish {
  readonly address: string;
  /** Fires when nobody wants it any more. */
  readonly signal: AbortSignal;
}

export class HashQueue {
  private running = 0;
  /** What starts those who wait, in the order in which they came. */
  private readonly waiting = new Set<() => void>();
  private readonly byAddress = new Map<string, number>();

  constructor(private readonly limits: HashLimits = DEFAULTS) {}

  /**
   * Does the work when it is its turn. Work that nobody wants any more gives its place up and is not begun.
   * @throws {RpcError} ServiceUnavailable if too many wait already
   * @throws the signal's reason if it fires before the work begins
   */
  async run<T>(work: () => Promise<T>, { address, signal }: HashWish): Promise<T> {
    signal.throwIfAborted();
    const ofAddress = this.byAddress.get(address) ?? 0;
    const isFull = this.running >= this.limits.atOnce && this.waiting.size >= this.limits.waiting;
    if (isFull || ofAddress >= this.limits.perAddress) throw RpcError.of('ServiceUnavailable', 'Too many are signing in at the moment');
    this.byAddress.set(address, ofAddress + 1);
    try {
      if (this.running < this.limits.atOnce) this.running++;
      else await this.turn(signal);
      return await this.make(work, signal);
    } finally {
      this.leave(address);
    }
  }

  /** Waits until somebody who is done hands a place on. */
  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = (): void => {
        this.waiting.delete(start);
        reject(signal.reason as Error);
      };
      this.waiting.add(start);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** Does the work, then hands the place on. */
  private async make<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      const [next] = this.waiting;
      if (next) {
        this.waiting.delete(next);
        next();
      } else this.running--;
    }
  }

  private leave(address: string): void {
    const left = (this.byAddress.get(address) ?? 1) - 1;
    if (left > 0) this.byAddress.set(address, left);
    else this.byAddress.delete(address);
  }
}
