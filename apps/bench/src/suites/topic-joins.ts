/** Runs the join measurement in a process of its own, on the server's core. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ServerPlace } from '../runner/cores.js';
import { nodeOn } from '../runner/cores.js';
import type { JoinSample } from '../servers/join-sample.js';
import type { Scale } from './scale.js';

const SCRIPT = fileURLToPath(new URL('../servers/topic-joins.js', import.meta.url));

export const JOINS = 'joins';

/** @throws {Error} if the process fails, with what it printed */
export async function measureTopicJoins({ joins }: Scale, place: ServerPlace): Promise<JoinSample[]> {
  const [command, args] = nodeOn(place, [SCRIPT, String(joins.repeats), ...joins.sessions.map(String)]);
  const { stdout } = await promisify(execFile)(command, args);
  return JSON.parse(stdout) as JoinSample[];
}
