/** Tells whoever wants to know how a session ended, once, also those who ask when it is over. */
import { promiseOf } from '../observe/promise-of.js';
import type { PendingWork } from './pending-work.js';
import type { SessionEnd } from './session-end.js';

/** May be async; what it throws or rejects with is reported and harms nobody. */
export type EndListener = (end: SessionEnd) => unknown;

/** How a session ended, and who looks after what its listeners do. */
interface Ending {
  readonly end: SessionEnd;
  readonly work: PendingWork | undefined;
  readonly onFault: (fault: unknown) => void;
}

export class EndListeners {
  // Made with the first listener: most sessions have none.
  private listeners: Set<EndListener> | undefined;
  private ending: Ending | undefined;

  /** After the end the listener is told as soon as the running code is done. @returns takes the listener back */
  add(listener: EndListener): () => void {
    const { ending } = this;
    const listeners = (this.listeners ??= new Set());
    listeners.add(listener);
    if (ending) queueMicrotask(() => this.call(listener, ending));
    return () => listeners.delete(listener);
  }

  /** @param work keeps what async listeners still do @param onFault told what a listener threw */
  tell(end: SessionEnd, work: PendingWork | undefined, onFault: (fault: unknown) => void): void {
    const ending = (this.ending = { end, work, onFault });
    if (this.listeners) for (const listener of [...this.listeners]) this.call(listener, ending);
  }

  private call(listener: EndListener, { end, work, onFault }: Ending): void {
    if (!this.listeners?.delete(listener)) return;
    try {
      const settled = promiseOf(listener(end))?.catch(onFault);
      if (settled) work?.add(settled);
    } catch (fault) {
      // Survived: a listener of the application must not keep the session from ending.
      onFault(fault);
    }
  }
}
