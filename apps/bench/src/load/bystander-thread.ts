/** The thread of a {@link Bystander}. */
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { PEERS } from '../runner/peers.js';
import type { BystanderData } from './bystander.js';
import { Caller } from './caller.js';
import { LoadWatch } from './load-watch.js';
import { openClient } from './open-clients.js';

/** Between two calls, in ms. */
const PAUSE_MS = 2;
const PATIENCE_MS = 120_000;

const { port, peer } = workerData as BystanderData;
const dialect = PEERS.find(({ name }) => name === peer)?.dialect;
if (!dialect || !parentPort) throw new Error(`The bystander does not know ${peer}`);
const parent = parentPort;
const watch = new LoadWatch(PATIENCE_MS);
const caller = new Caller(await openClient({ port, dialect }, watch), dialect);

let isWatching = false;
let latencies: number[] = [];

parent.on('message', (order: 'begin' | 'end') => {
  if (order === 'begin') {
    isWatching = true;
    return;
  }
  isWatching = false;
  parent.postMessage(latencies);
  latencies = [];
});
parent.postMessage('ready');

for (;;) {
  await pause(PAUSE_MS);
  if (!isWatching) continue;
  const calledAtMs = performance.now();
  await watch.step('an echo of the bystander', caller.call('echo', { at: calledAtMs }));
  latencies.push(performance.now() - calledAtMs);
}
