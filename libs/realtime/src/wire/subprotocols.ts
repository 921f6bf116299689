/** The subprotocols of this library; a peer may offer them or none. @see RFC 6455 §1.9 */

export const SUBPROTOCOL = 'jsonrpc';

/** A peer that takes several messages of ours in one frame, as a JSON array. */
export const BATCH_SUBPROTOCOL = 'jsonrpc.batch';

/** The first that we know, in the order in which the peer offers them; false for none. */
export function chosenSubprotocol(offered: Iterable<string>): string | false {
  for (const name of offered) if (name === SUBPROTOCOL || name === BATCH_SUBPROTOCOL) return name;
  return false;
}
