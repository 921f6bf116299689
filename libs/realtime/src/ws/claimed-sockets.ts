/** Whose an upgraded connection is, where several listeners hear of the same one: the first owner of its path has it. */
import type { Duplex } from 'node:stream';

/** Of all apps of this process: they may share a server. */
const claimed = new WeakSet<Duplex>();

/** @returns false if another app has it, or somebody else has begun to read from it */
export function claim(socket: Duplex): boolean {
  if (claimed.has(socket) || isRead(socket)) return false;
  claimed.add(socket);
  return true;
}

export function isClaimed(socket: Duplex): boolean {
  return claimed.has(socket);
}

/** Whoever takes a connection reads from it: `ws`, and proxies that pipe it. */
export function isRead(socket: Duplex): boolean {
  return socket.listenerCount('data') > 0 || socket.listenerCount('readable') > 0 || socket.readableFlowing === true;
}
