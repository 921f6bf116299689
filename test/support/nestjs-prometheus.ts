/**
 * `@willsoto/nestjs-prometheus` for Jest. The package is CommonJS and requires Nest, which is ESM: Node can do that since 20.19, Jest
 * only on Node 24.9. So its own files are run here as they are, with a `require` that hands out what Jest has imported.
 */
import * as nestCommon from '@nestjs/common';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import promClient from 'prom-client';

type Package = typeof import('@willsoto/nestjs-prometheus');

const ENTRY = join(import.meta.dirname, '../../node_modules/@willsoto/nestjs-prometheus/dist/index.js');
const IMPORTED: Readonly<Record<string, unknown>> = { '@nestjs/common': nestCommon, 'prom-client': promClient };
const loaded = new Map<string, { exports: unknown }>();

function load(file: string): unknown {
  const known = loaded.get(file);
  if (known) return known.exports;
  const module = { exports: {} as unknown };
  loaded.set(file, module);
  const require = (name: string): unknown => {
    if (name.startsWith('.')) return load(resolveIn(dirname(file), name));
    if (name in IMPORTED) return IMPORTED[name];
    throw new Error(`${file} requires ${name}, which is not handed out here`);
  };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text is a file of a package that the lock file names
  const run = new Function('require', 'module', 'exports', readFileSync(file, 'utf8')) as (...args: unknown[]) => void;
  run(require, module, module.exports);
  return module.exports;
}

function resolveIn(folder: string, name: string): string {
  const file = join(folder, `${name}.js`);
  try {
    readFileSync(file);
    return file;
  } catch {
    // Translated: the name is that of a folder.
    return join(folder, name, 'index.js');
  }
}

export const {
  InjectMetric,
  PrometheusController,
  PrometheusModule,
  getToken,
  makeCounterProvider,
  makeGaugeProvider,
  makeHistogramProvider,
} = load(ENTRY) as Package;
