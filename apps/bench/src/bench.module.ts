import { Module } from '@nestjs/common';
import { RealtimeModule } from 'nestjs-realtime';
import type { RealtimeOptions } from 'nestjs-realtime';
import { BenchMethods } from './bench.methods.js';

/** The server under test: ordinary code of the module, and bounds that no load reaches. */

/** Far beyond what a load reaches. Only bounds are lifted: nothing here switches work off. */
const BEYOND_ANY_LOAD = 1_000_000_000;

/** Also for the variants of `servers/`, which add one thing each. */
export const BENCH_OPTIONS: RealtimeOptions = {
  path: '/ws',
  defaultTopicPolicy: 'allow',
  limits: {
    frameBytes: BEYOND_ANY_LOAD,
    batchItems: BEYOND_ANY_LOAD,
    inFlight: BEYOND_ANY_LOAD,
    topicsPerSession: BEYOND_ANY_LOAD,
  },
  outbound: { maxBytes: BEYOND_ANY_LOAD, maxFrames: BEYOND_ANY_LOAD },
};

@Module({ imports: [RealtimeModule.forRoot(BENCH_OPTIONS)], providers: [BenchMethods] })
export class BenchModule {}
