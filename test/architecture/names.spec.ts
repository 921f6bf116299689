import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readImportGraph, REPOSITORY } from './import-graph.js';

const files = [...readImportGraph(['libs', 'apps', 'test']).keys()];

describe('a source file', () => {
  it('is named in kebab case after its job', () => {
    const jobless = /^(utils?|helpers?|types|misc|common)\.[mc]?ts$/;
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*\.[mc]?ts$/;
    expect(files.filter((file) => jobless.test(basename(file)) || !kebab.test(basename(file)))).toEqual([]);
  });

  it('has one job: at most 250 lines', () => {
    const linesOf = (file: string): number => readFileSync(join(REPOSITORY, file), 'utf8').trimEnd().split('\n').length;
    expect(files.filter((file) => linesOf(file) > 250)).toEqual([]);
  });
});
