import type { ClusterEngine } from 'nestjs-realtime';
import { engineContract } from 'nestjs-realtime/testing';
import type { EngineRig } from './engines.js';
import { RIGS } from './engines.js';

describe.each(RIGS)('The engine over %s', (_name, start) => {
  let rig: EngineRig;
  let makeEngine: () => Promise<ClusterEngine>;

  beforeAll(async () => {
    rig = await start();
  });
  beforeEach(() => {
    makeEngine = rig.apart();
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  it.each(engineContract(() => makeEngine()))('$title', ({ run }) => run());
});
