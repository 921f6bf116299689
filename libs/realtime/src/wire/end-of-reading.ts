/** Hears that the peer has closed its half of a connection. */
import type { Duplex } from 'node:stream';

/** What `ws` does then; the same function for all connections. */
let ofWs: ((this: Duplex) => void) | undefined;

/**
 * Called once for a connection that `ws` has taken. Node and `ws` listen as well, and a third listener makes the list of them grow by more than all that
 * a session keeps of its handshake. So the one of `ws` is called by ours.
 * @param listener one function for all connections
 */
export function onEndOfReading(connection: Duplex, listener: (this: Duplex) => void): void {
  ofWs ??= connection.listeners('end').find(({ name }) => name === 'socketOnEnd') as typeof ofWs;
  if (ofWs) connection.removeListener('end', ofWs);
  connection.on('end', listener);
}

/** Lets `ws` do its part; the listener begins with this. */
export function endForWs(connection: Duplex): void {
  ofWs?.call(connection);
}
