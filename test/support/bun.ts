/** Bun, in the version that `.config/bun` pins. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../.config/bun');
const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { arm64: 'aarch64', x64: 'x64' };

/** @returns the path of the binary, which npm installs when it is asked for first */
export function bunBinary(): string {
  const name = `bun-${process.platform}-${ARCHITECTURES[process.arch] ?? process.arch}`;
  const binary = join(FOLDER, 'node_modules/@oven', name, 'bin/bun');
  if (!existsSync(binary)) {
    const { status, stderr } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: FOLDER, encoding: 'utf8' });
    if (status !== 0) throw new Error(`npm ci in .config/bun failed:\n${stderr}`);
  }
  // Optional packages that cannot be had are left out by npm without an error.
  if (!existsSync(binary)) throw new Error(`There is no ${binary}: .config/bun pins Bun for other platforms`);
  return binary;
}
