/**
 * Packages of CommonJS that require Nest, which is ESM, for Jest: Node can do that since 20.19, Jest only on Node 24.9. So their own files are run here as
 * they are, with a `require` that hands out what Jest has imported.
 */
import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';

const MODULES = join(import.meta.dirname, '../../node_modules');
const requireBuiltin = createRequire(import.meta.url);

/** @param entry of a package, such as `@nestjs/throttler/dist/index.js` @param imported what its files may require, by name */
export function cjsOfNest(entry: string, imported: Readonly<Record<string, unknown>>): unknown {
  const loaded = new Map<string, { exports: unknown }>();

  const load = (file: string): unknown => {
    const known = loaded.get(file);
    if (known) return known.exports;
    const module = { exports: {} as unknown };
    loaded.set(file, module);
    const require = (name: string): unknown => {
      if (name.startsWith('.')) return load(resolveIn(dirname(file), name));
      if (name in imported) return imported[name];
      if (isBuiltin(name)) return requireBuiltin(name) as unknown;
      throw new Error(`${file} requires ${name}, which is not handed out here`);
    };
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text is a file of a package that the lock file names
    const run = new Function('require', 'module', 'exports', readFileSync(file, 'utf8')) as (...args: unknown[]) => void;
    run(require, module, module.exports);
    return module.exports;
  };

  return load(join(MODULES, entry));
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
