import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

/** Every source file (path from the root of the repository) and what it imports: files of the repository, or names of packages. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

export const REPOSITORY = resolve(import.meta.dirname, '../..');

const LIB_IMPORT = /^nestjs-(realtime|realtime-client|realtime-protocol)(?:\/(.+))?$/;

/** Reads the imports of all files below the folders; type-only imports count, specs beside the source and their fixtures do not. */
export function readImportGraph(folders: readonly string[]): ImportGraph {
  const graph = new Map<string, string[]>();
  for (const file of folders.flatMap(sourceFiles)) {
    const text = readFileSync(join(REPOSITORY, file), 'utf8');
    graph.set(file, [...new Set(importsIn(text).map((specifier) => resolveImport(file, specifier)))]);
  }
  return graph;
}

/** What a text imports, in any of the ways in which TypeScript can. */
export function importsIn(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** Where an import leads: `./x.js` and the libs' own npm names to a source file, everything else stays as it is written. */
export function resolveImport(from: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
  const [, lib, door] = LIB_IMPORT.exec(specifier) ?? [];
  if (lib === undefined) return specifier;
  return door === undefined ? `libs/${lib}/src/index.ts` : `libs/${lib}/src/${door}/index.ts`;
}

export function isRepositoryFile(target: string): boolean {
  return /^(libs|apps|test)\//.test(target);
}

function sourceFiles(folder: string): string[] {
  const absolute = join(REPOSITORY, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[mc]?ts$/.test(entry.name) && !/\.(?:spec|fixture)\.ts$/.test(entry.name))
    .map((entry) => relative(REPOSITORY, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
