/** The versions that the security of the server rests on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../docs/pages.js';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly resolved?: string; readonly integrity?: string }>>;
}

function read<T>(path: string): T {
  return JSON.parse(readFileSync(join(REPOSITORY, path), 'utf8')) as T;
}

/** 8.21 and its like as one number. */
function minor(version: string): number {
  const [, major, minorText] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) * 1_000 + Number(minorText);
}

it('ws is 8.21 or later, which bounds fragments and chunks, in what users install and in what the lock file has', () => {
  expect(minor(read<Manifest>('libs/realtime/package.json').dependencies?.['ws'] ?? '0.0')).toBeGreaterThanOrEqual(8_021);
  const { packages } = read<Lock>('package-lock.json');
  expect(minor(packages['node_modules/ws']?.version ?? '0.0')).toBeGreaterThanOrEqual(8_021);
});

it('every package of the lock file comes from the public registry and has a checksum', () => {
  const { packages } = read<Lock>('package-lock.json');
  const odd = Object.entries(packages).filter(
    ([path, { resolved, integrity }]) =>
      path.startsWith('node_modules/') &&
      resolved !== undefined &&
      (!resolved.startsWith('https://registry.npmjs.org/') || integrity === undefined),
  );
  expect(odd.map(([path]) => path)).toEqual([]);
});
