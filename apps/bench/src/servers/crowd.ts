/**
 * One push at a time to very many connections in memory, so that their number does not depend on file descriptors; everything behind them is the
 * ordinary server. Prints one line of JSON. Arguments: `fairness.sliceMs`, how many connections, how many pushes.
 */
import type { Server } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HubService, RealtimeModule } from 'nestjs-realtime';
import { BENCH_OPTIONS } from '../bench.module.js';
import { JSON_RPC } from '../dialects/json-rpc.js';
import type { CrowdSample } from './crowd-sample.js';
import { MemorySocket } from './memory-socket.js';

const [sliceMs = 0, sessions = 0, pushes = 0] = process.argv.slice(2).map(Number);
const TOPIC = 'crowd';
const PARAMS = Object.freeze({ seq: 0, pad: 'x'.repeat(100) });
/** Pushes that nobody measures. */
const WARM_UP = 10;
/** Between two pushes, in ms: what one left behind is not counted to the next. */
const REST_MS = 20;
const RESOLUTION_MS = 1;

@Module({ imports: [RealtimeModule.forRoot({ ...BENCH_OPTIONS, heartbeat: { pingIntervalMs: 0 }, fairness: { sliceMs } })] })
class CrowdModule {}

const app = await NestFactory.create(CrowdModule, { logger: ['error', 'warn'] });
await app.init();
const hub = app.get(HubService);

let missing = 0;
let allHaveIt: () => void = () => undefined;
const take = (): void => {
  if (--missing === 0) allHaveIt();
};
for (let i = 0; i < sessions; i++) new MemorySocket(take).open(app.getHttpServer() as Server, JSON_RPC.path);
const { count: joined } = await hub.subscribe({ kind: 'all' }, TOPIC);
if (joined !== sessions) throw new Error(`${joined} sessions joined instead of ${sessions}`);

const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
const samples: CrowdSample[] = [];
for (let i = -WARM_UP; i < pushes; i++) {
  globalThis.gc?.();
  const sample = await push();
  if (i >= 0) samples.push(sample);
}
console.log(JSON.stringify(samples));
process.exit();

async function push(): Promise<CrowdSample> {
  missing = sessions;
  const done = new Promise<void>((resolve) => (allHaveIt = resolve));
  await pause(REST_MS);
  delays.reset();
  delays.enable();
  await pause(REST_MS);
  const before = process.cpuUsage();
  const startedMs = performance.now();
  const { reached: taken } = await hub.pushToTopic(TOPIC, TOPIC, PARAMS);
  if (taken !== sessions) throw new Error(`${taken} sessions took the push instead of ${sessions}`);
  await done;
  const lastMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(before);
  await pause(REST_MS);
  delays.disable();
  return { sliceMs, sessions, lastMs, longestHoldMs: Math.max(0, delays.max / 1e6 - RESOLUTION_MS), cpuMicros: (user + system) / sessions };
}
