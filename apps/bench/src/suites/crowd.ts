/** Runs the measurement of pushes to connections in memory, with slices and without, each time in a process of its own. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ServerPlace } from '../runner/cores.js';
import { nodeOn } from '../runner/cores.js';
import type { CrowdSample } from '../servers/crowd-sample.js';
import type { Scale } from './scale.js';

const SCRIPT = fileURLToPath(new URL('../servers/crowd.js', import.meta.url));

/** The default of `fairness.sliceMs`, and none. */
const SLICES_MS = [5, 0];

/** @throws {Error} if the process fails, with what it printed */
export async function measureCrowd({ turns: { crowd } }: Scale, place: ServerPlace): Promise<CrowdSample[]> {
  const samples: CrowdSample[] = [];
  for (const sliceMs of SLICES_MS) {
    const settings = [sliceMs, crowd.sessions, crowd.pushes].map(String);
    const [command, args] = nodeOn(place, ['--expose-gc', SCRIPT, ...settings]);
    const { stdout } = await promisify(execFile)(command, args);
    samples.push(...(JSON.parse(stdout) as CrowdSample[]));
  }
  return samples;
}
