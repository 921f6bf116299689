/** Ids of sessions: 128 random bits, unguessable. */
import { randomFillSync } from 'node:crypto';

const ID_BYTES = 16;
// Random bytes are drawn for many ids at once: a draw of its own for each costs more than all the rest of an id.
const pool = Buffer.allocUnsafeSlow(ID_BYTES * 256);
let used = pool.length;

/** 22 characters of base64url. A flat string, unlike what `randomUUID()` builds: a session keeps its id for life. */
export function newSessionId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const id = pool.toString('base64url', used, used + ID_BYTES);
  // What was given out must not lie around in memory.
  pool.fill(0, used, used + ID_BYTES);
  used += ID_BYTES;
  return id;
}
