/**
 * Other versions of Node than the machine's: `.config/nodes` pins them in a lock file of its own, and they are installed when somebody
 * asks for one. They are npm's packages for one platform each, which need no install script. As dependencies of the repository they would
 * put a `node` into node_modules/.bin, and every npm script would run on that one.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, sep } from 'node:path';

const folder = join(import.meta.dirname, 'nodes');
const { optionalDependencies: pinned } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const packageOf = (major) => `node-${major}-${process.platform}-${process.arch}`;

/** The major versions that are tested beside the machine's own, as text. */
export const PINNED_MAJORS = [...new Set(Object.keys(pinned).map((name) => name.split('-')[1]))].filter(
  (major) => major !== majorOf(process.versions.node),
);

/**
 * @param asked a major version, or the path of a binary
 * @returns the path of the binary
 */
export function nodeBinary(asked) {
  if (isAbsolute(asked) || asked.includes(sep)) return existing(asked);
  if (asked === majorOf(process.versions.node)) return process.execPath;
  const name = packageOf(asked);
  const spec = pinned[name];
  if (spec === undefined) {
    throw new Error(`Node ${asked} for ${process.platform} on ${process.arch} is not pinned in .config/nodes; name the path of a binary`);
  }
  const binary = join(folder, 'node_modules', name, 'bin', 'node');
  if (!spec.endsWith(`@${installedVersion(name)}`)) install();
  return existing(binary);
}

/** The environment in which this binary is the `node` that child processes find. */
export function environmentOf(binary) {
  return binary === process.execPath ? process.env : { ...process.env, PATH: `${dirname(binary)}${delimiter}${process.env.PATH}` };
}

/** Takes `--node 24` or `--node=24,26` out of arguments. @returns the versions and paths that were asked for, and the other arguments */
export function takeNodes(args, name = '--node') {
  const asked = [];
  const rest = [];
  for (let at = 0; at < args.length; at++) {
    const [option, value = option === name ? args[++at] : undefined] = args[at].split(/=(.*)/s);
    if (option !== name) {
      rest.push(args[at]);
      continue;
    }
    if (!value) throw new Error(`${name} wants a major version or the path of a binary`);
    asked.push(...value.split(','));
  }
  return { asked, rest };
}

function majorOf(version) {
  return version.split('.')[0];
}

function installedVersion(name) {
  const file = join(folder, 'node_modules', name, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined;
}

function install() {
  console.error('Installing the versions of Node that .config/nodes pins');
  // Standard output may be a report.
  const options = { cwd: folder, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' };
  const { status, error } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], options);
  if (status !== 0) throw new Error('npm ci in .config/nodes failed', { cause: error });
}

function existing(binary) {
  // Optional packages that cannot be had are left out by npm without an error.
  if (!existsSync(binary)) throw new Error(`There is no ${binary}`);
  return binary;
}
