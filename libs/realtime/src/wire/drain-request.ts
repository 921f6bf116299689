/**
 * Has a socket say when all of its bytes have left, however few they are. By itself Node says so only above its high-water mark, which is 16 KiB
 * on Node 20 and 64 KiB on later ones. What lies below the mark cannot be dropped for newer pushes any more, and each small buffer of it keeps a
 * whole slab of Node's pool. So only one write at a time waits in a socket, and everything behind it in the queue.
 */
import type { Duplex } from 'node:stream';

/** The state that `ws` reads as well; there is no public way to ask. A stream without it says so above its high-water mark. */
interface Draining {
  readonly _writableState?: { needDrain: boolean };
}

export function askForDrain({ _writableState }: Duplex & Draining): void {
  if (_writableState) _writableState.needDrain = true;
}
