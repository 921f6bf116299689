/**
 * `npm run build`: three publishable packages in dist/libs. The compiler leaves `nestjs-realtime-protocol` in the imports as it is
 * written, so the packages find each other by their npm names. (`nest build` would turn it into a path out of the package.)
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const target = join(root, 'dist/libs');

rmSync(target, { recursive: true, force: true });
rmSync(join(root, 'dist/.build'), { recursive: true, force: true });
const tsc = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
if (tsc.status !== 0) process.exit(tsc.status ?? 1);

for (const lib of ['realtime-protocol', 'realtime-client', 'realtime']) {
  for (const file of ['package.json', 'README.md']) copyFileSync(join(root, 'libs', lib, file), join(target, lib, file));
  for (const file of ['LICENSE', 'CHANGELOG.md']) copyFileSync(join(root, file), join(target, lib, file));
  console.log(`built dist/libs/${lib}`);
}
