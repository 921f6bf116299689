/** Takes the server's CPU time, the load's and the clock around a fixed number of operations. */
import type { Bench, Sample } from './suite.js';

/** @param what named if it takes too long */
export async function measure(
  { server, watch }: Bench,
  what: string,
  operations: number,
  work: () => Promise<unknown>,
  progress?: () => string,
): Promise<Sample> {
  const before = await watch.step('asking the server for its CPU time', server.read());
  const load = process.cpuUsage();
  const startedMs = performance.now();
  await watch.step(what, work(), progress);
  const wallMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(load);
  const after = await watch.step('asking the server for its CPU time', server.read());
  return {
    figure: (after.cpuMicros - before.cpuMicros) / operations,
    perSecond: (operations / wallMs) * 1000,
    loadBusy: (user + system) / 1000 / wallMs,
  };
}
