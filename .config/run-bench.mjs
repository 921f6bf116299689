/**
 * `npm run bench`, when it is built. `--node 24` measures all servers on another Node than the machine's, `--beside 20,26` also our own server on
 * further ones. The load stays on the machine's.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { nodeBinary, takeNodes } from './node-versions.mjs';

const { asked, rest: others } = takeNodes(process.argv.slice(2));
const { asked: beside, rest } = takeNodes(others, '--beside');
if (asked.length > 1) throw new Error('--node takes one version; --beside takes more');

const binaries = [
  ...asked.flatMap((node) => ['--node', nodeBinary(node)]),
  ...(beside.length > 0 ? ['--beside', beside.map(nodeBinary).join(',')] : []),
];
const script = join(import.meta.dirname, '../dist/apps/bench/run.js');
const { status, signal } = spawnSync(process.execPath, [script, ...binaries, ...rest], { stdio: 'inherit' });
if (signal) process.kill(process.pid, signal);
process.exitCode = status ?? 1;
