import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { roomOf } from './floors.js';
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

describe('a room', () => {
  const sources = files.filter((file) => file.startsWith('libs/') && !/\.(spec|fixture)\.ts$/.test(file));

  it('is not crowded: at most 20 sources', () => {
    const sizes = new Map<string, number>();
    for (const room of sources.map(roomOf)) sizes.set(room, (sizes.get(room) ?? 0) + 1);
    expect([...sizes].filter(([, size]) => size > 20)).toEqual([]);
  });

  it('holds every file of the server and of the client: beside the folders lies the door alone', () => {
    const loose = files.filter((file) => /^libs\/(realtime|realtime-client)\/src\/[^/]+$/.test(file) && basename(file) !== 'index.ts');
    expect(loose).toEqual([]);
  });
});
