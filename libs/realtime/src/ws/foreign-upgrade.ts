/** An upgrade request that is left to somebody else on the same server, who may not want it either. */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Node lets go of such a connection, with all of its timeouts. A proxy may take some time until its upstream answers. */
export const UNCLAIMED_MS = 60_000;

/**
 * Until somebody takes it, nobody else hears of faults of the connection either, and a reset would end the process.
 * @param refuse called if nobody reads from the connection or has written to it by then
 */
export function refuseUnclaimed(socket: Duplex, refuse: () => void, afterMs: number = UNCLAIMED_MS): void {
  const timer = setTimeout(() => {
    socket.off('close', onClose);
    if (!isTaken(socket)) refuse();
  }, afterMs);
  timer.unref();
  const onClose = (): void => clearTimeout(timer);
  socket.once('close', onClose);
  socket.on('error', destroyed);
}

function destroyed(this: Duplex): void {
  this.destroy();
}

/** Whoever takes a connection reads from it, as `ws` and proxies that pipe it do, or writes to it. */
function isTaken(socket: Duplex): boolean {
  if (((socket as Partial<Socket>).bytesWritten ?? 0) > 0) return true;
  return socket.listenerCount('data') > 0 || socket.listenerCount('readable') > 0 || socket.readableFlowing === true;
}
