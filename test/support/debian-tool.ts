/** Finds programs that tests need, and installs them where that can be done without asking. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface Tool {
  /** What the tests say that they need. */
  readonly what: string;
  /** The environment variable that names its path. */
  readonly variable: string;
  readonly commands: readonly string[];
  /** Of Debian and Ubuntu. */
  readonly package: string;
}

/** Daemons are kept here, where not everybody looks for programs. */
const DAEMONS = '/usr/sbin';

/** Asked by Debian's packages before they start a service. */
const POLICY = '/usr/sbin/policy-rc.d';

/**
 * The path that the variable names, else one on the PATH, else (as root on Debian or Ubuntu) a freshly installed one.
 * @throws {Error} that says what to install
 */
export function findTool(tool: Tool, env: NodeJS.ProcessEnv = process.env): string {
  const { commands } = tool;
  const found = env[tool.variable] || programOnPath(commands, env) || (installFromDebian(tool) && programOnPath(commands, env));
  if (found) return found;
  throw new Error(`${tool.what}: install it ("apt-get install ${tool.package}") or set ${tool.variable} to its path.`);
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

export function programOnPath(commands: readonly string[], env: NodeJS.ProcessEnv): string | undefined {
  const folders = [...(env.PATH ?? '').split(delimiter), DAEMONS];
  return commands.flatMap((command) => folders.map((folder) => join(folder, command))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function installFromDebian(tool: Tool): boolean {
  if (!isRoot() || !isExecutable('/usr/bin/apt-get')) return false;
  const options = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
  // The tests start what they need themselves, at ports of their own.
  const isOurs = !existsSync(POLICY);
  if (isOurs) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  // Test files run side by side, and apt does not wait for another one that looks for updates.
  const install = `apt-get update && apt-get install -y --no-install-recommends ${tool.package}`;
  try {
    execFileSync('flock', [join(tmpdir(), 'realtime-tests-apt.lock'), 'sh', '-c', install], options);
    return true;
  } catch {
    return false; // no network or no such package: the caller says what to do
  } finally {
    if (isOurs) rmSync(POLICY);
  }
}
