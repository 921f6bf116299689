import { Module } from '@nestjs/common';
import { RealtimeModule } from 'nestjs-realtime';
import { BenchMethods } from './bench.methods.js';

/** Far beyond what a load reaches. Only bounds are lifted: nothing here switches work off. */
const BEYOND_ANY_LOAD = 1_000_000_000;

@Module({
  imports: [
    RealtimeModule.forRoot({
      path: '/ws',
      defaultTopicPolicy: 'allow',
      limits: {
        frameBytes: BEYOND_ANY_LOAD,
        batchItems: BEYOND_ANY_LOAD,
        inFlight: BEYOND_ANY_LOAD,
        topicsPerSession: BEYOND_ANY_LOAD,
      },
      outbound: { maxBytes: BEYOND_ANY_LOAD, maxFrames: BEYOND_ANY_LOAD },
    }),
  ],
  providers: [BenchMethods],
})
export class BenchModule {}
