/** Bundles an app with what docs/with-other-libraries.md shows, and puts the bundle where no package is. */
import { copyFileSync, cpSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeBlocks } from '../docs/pages.js';
import type { FreshApp } from './fresh-app.js';
import { run } from './fresh-app.js';

const RUN_WEBPACK = `
import webpack from 'webpack';
import configuration from './webpack.config.mjs';
webpack(configuration, (fault, stats) => {
  if (!fault && !stats.hasErrors()) return;
  console.error(fault ?? stats.toString());
  process.exitCode = 1;
});
`;

/** @param compiled the app as the compiler wrote it @returns the folder of the bundle */
export function bundledWith(bundler: 'esbuild' | 'webpack', app: FreshApp, compiled: string): string {
  mkdirSync(join(app.folder, 'dist'), { recursive: true });
  copyFileSync(join(app.folder, compiled), join(app.folder, 'dist/main.js'));
  app.borrow(bundler);
  const shown = codeBlocks('docs/with-other-libraries.md', 'js').find(({ text }) =>
    text.includes(bundler === 'esbuild' ? "from 'esbuild'" : "mode: 'production'"),
  );
  app.write(bundler === 'esbuild' ? 'bundle.mjs' : 'webpack.config.mjs', shown?.text ?? '');
  if (bundler === 'webpack') app.write('bundle.mjs', RUN_WEBPACK);
  run(process.execPath, ['bundle.mjs'], app.folder);
  const alone = mkdtempSync(join(tmpdir(), 'bundled-app-'));
  cpSync(join(app.folder, 'bundle'), alone, { recursive: true });
  return alone;
}
