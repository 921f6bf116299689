/** The settings of the repository's tsconfig.json, for compilers that run inside a test. */
import { join } from 'node:path';
import ts from 'typescript';
import { REPOSITORY } from './pages.js';

export function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(REPOSITORY, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, REPOSITORY);
  return { ...options, noEmit: true };
}
