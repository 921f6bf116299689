/** `npm run demo:cluster`: three demo nodes with whatever broker is there. */
import { runNodes } from './run-nodes.js';

/** npm passes a signal of the terminal on, so that it comes twice; a person who means it asks later. */
const TWICE_MS = 1_000;

let askedMs: number | undefined;
const nodes = runNodes(process.env, (text) => console.log(text));

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    const nowMs = performance.now();
    if (askedMs !== undefined && nowMs - askedMs < TWICE_MS) return;
    askedMs = nowMs;
    nodes.stop();
  });

try {
  process.exitCode = await nodes.ended;
} catch (fault) {
  console.error(fault instanceof Error ? fault.message : fault);
  process.exitCode = 1;
}
