/** Waits for what a broker will bring about, not for a time. */
import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 5;

/** Repeats the check until it passes. @throws what it threw last, after `timeoutMs` */
export async function until(check: () => void | Promise<void>, timeoutMs = 8_000): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (fault) {
      // Not yet, or never.
      if (performance.now() > deadlineMs) throw fault;
      await delay(PAUSE_MS);
    }
  }
}
