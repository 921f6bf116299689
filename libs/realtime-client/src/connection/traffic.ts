/** What passes over the wire: when something came last, and who watches. */
import { Listeners } from '../base/listeners.js';

/** A text frame as it passed, for tools that show the wire. */
export interface Frame {
  readonly direction: 'in' | 'out';
  readonly text: string;
  /** Unix time. */
  readonly atMs: number;
}

export class Traffic {
  readonly watchers: Listeners<[frame: Frame]>;
  /** When the last frame came, as a Unix time; 0 if none has. */
  lastHeardAtMs = 0;

  constructor(onFault: (fault: unknown) => void) {
    this.watchers = new Listeners(onFault);
  }

  came(data: unknown): void {
    this.lastHeardAtMs = Date.now();
    if (this.watchers.size > 0 && typeof data === 'string') this.watchers.tell({ direction: 'in', text: data, atMs: this.lastHeardAtMs });
  }

  left(text: string): void {
    if (this.watchers.size > 0) this.watchers.tell({ direction: 'out', text, atMs: Date.now() });
  }
}
