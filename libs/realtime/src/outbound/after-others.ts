/** Lets everybody else have a turn of the event loop. */

/**
 * A callback of `setImmediate` comes right behind what is read from sockets in the same turn. Who is called for something that was read, and goes on in such
 * a callback, has held the loop for both. The second one comes when sockets have been read again.
 * @see https://nodejs.org/en/learn/asynchronous-work/event-loop-timers-and-nexttick
 */
export function afterOthers(next: () => void): void {
  setImmediate(() => setImmediate(next));
}
