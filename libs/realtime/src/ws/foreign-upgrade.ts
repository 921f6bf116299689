/** An upgrade request that is left to somebody else on the same server, who may not want it either. */
import type { Duplex } from 'node:stream';
import { isRead } from './claimed-sockets.js';

/** Node lets go of such a connection, with all of its timeouts. A proxy may take some time until its upstream answers. */
export const UNCLAIMED_MS = 60_000;

/**
 * Until somebody takes it, nobody else hears of faults of the connection either, and a reset would end the process.
 * @param refuse called if nobody reads from the connection by then, or has written to it
 */
export function refuseUnclaimed(socket: Duplex, refuse: () => void, afterMs: number = UNCLAIMED_MS): void {
  // Earlier answers on the same connection count too.
  const before = written(socket);
  const timer = setTimeout(() => {
    socket.off('close', onClose);
    if (!isRead(socket) && written(socket) === before) refuse();
  }, afterMs);
  timer.unref();
  const onClose = (): void => clearTimeout(timer);
  socket.once('close', onClose);
  socket.on('error', destroyed);
}

function destroyed(this: Duplex): void {
  this.destroy();
}

/** Bytes; a stream that is no socket does not count them. */
function written(socket: Duplex & { readonly bytesWritten?: number }): number {
  return socket.bytesWritten ?? 0;
}
