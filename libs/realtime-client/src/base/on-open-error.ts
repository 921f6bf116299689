/** Says that it was `onOpen` that failed, and by which call: whoever waits for another call would look for the fault there. */
import { messageOf } from './faults.js';

export class OnOpenError extends Error {
  override readonly name = 'OnOpenError';

  /** @param method what `onOpen` had called, if it failed with what that call failed with */
  constructor(
    readonly thrown: unknown,
    method: string | undefined,
  ) {
    super(`onOpen failed: ${messageOf(thrown)}${method === undefined ? '' : ` (${method})`}`);
  }
}

/** @param run is given a map for the calls that `onOpen` makes: what they failed with, and their methods @throws {OnOpenError} */
export async function runOnOpen(run: (failures: Map<unknown, string>) => void | Promise<void>): Promise<void> {
  const failures = new Map<unknown, string>();
  try {
    await run(failures);
  } catch (thrown) {
    throw new OnOpenError(thrown, failures.get(thrown));
  }
}
