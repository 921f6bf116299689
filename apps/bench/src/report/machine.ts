/** Where a report was made. */
import { readFileSync } from 'node:fs';
import { cpus, release, type } from 'node:os';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Cores } from '../runner/cores.js';

export interface MachineFacts {
  /** That the servers ran on. */
  readonly node: string;
  readonly system: string;
  readonly cpu: string;
  readonly cores: number;
  /** The cores of server and load; null if they were not pinned. */
  readonly pinned: Cores | null;
  /** Versions of the packages that were compared. */
  readonly packages: Readonly<Record<string, string>>;
}

export function machineFacts(node: string, pinned: Cores | undefined, packages: readonly string[]): MachineFacts {
  return {
    node,
    system: `${type()} ${release()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    pinned: pinned ?? null,
    packages: Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
  };
}

/** Found by walking up, since packages need not export their package.json. */
function versionOf(name: string): string {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    try {
      return (JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as { version: string }).version;
    } catch {
      // Survived: not in this folder, perhaps in the next one.
    }
  }
  return 'of this repository';
}
