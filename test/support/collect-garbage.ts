/** Collects garbage on the spot, for tests of what is kept and what is not. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Lets what is due be done first: a weak reference holds what it was asked for until then. */
export async function collectGarbage(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  // Twice: what finalizers let go of in the first pass is taken in the second.
  gc();
  gc();
}

/** The JavaScript heap after a collection, in bytes. */
export async function heapBytes(): Promise<number> {
  await collectGarbage();
  return process.memoryUsage().heapUsed;
}
