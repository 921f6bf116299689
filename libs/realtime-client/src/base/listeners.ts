/** Functions that want to be told. One that throws, or rejects, harms neither the others nor the teller. */
import { guardReturned } from './faults.js';

export class Listeners<Told extends readonly unknown[]> {
  // Wrapped, so that a function which is added twice is told twice and taken back once.
  private readonly all = new Set<{ readonly tell: (...told: Told) => unknown }>();

  constructor(private readonly onFault: (fault: unknown) => void) {}

  get size(): number {
    return this.all.size;
  }

  /** @returns takes the listener back; a second call changes nothing */
  add(listener: (...told: Told) => void): () => void {
    const entry = { tell: listener };
    this.all.add(entry);
    return () => void this.all.delete(entry);
  }

  tell(...told: Told): void {
    this.tellWhile(always, ...told);
  }

  /** @param holds asked before each listener: one of them may do what makes this old news for those that follow */
  tellWhile(holds: () => boolean, ...told: Told): void {
    for (const entry of [...this.all]) {
      if (!holds()) return;
      // Taken back by one that was told before it.
      if (!this.all.has(entry)) continue;
      try {
        guardReturned(entry.tell(...told), this.onFault);
      } catch (fault) {
        // Survived: a fault of the application must not stop the frames that follow.
        this.onFault(fault);
      }
    }
  }
}

const always = (): boolean => true;

/** Listeners by name. A name that nobody listens to any more costs nothing. */
export class NamedListeners<Told extends readonly unknown[]> {
  private readonly byName = new Map<string, Listeners<Told>>();

  constructor(private readonly onFault: (fault: unknown) => void) {}

  add(name: string, listener: (...told: Told) => void): () => void {
    let listeners = this.byName.get(name);
    if (!listeners) this.byName.set(name, (listeners = new Listeners<Told>(this.onFault)));
    const stop = listeners.add(listener);
    return () => {
      stop();
      if (listeners.size === 0 && this.byName.get(name) === listeners) this.byName.delete(name);
    };
  }

  tell(name: string, ...told: Told): void {
    this.byName.get(name)?.tell(...told);
  }
}
