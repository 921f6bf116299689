/** docs/architecture.md knows every room, every main file and every dependency. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FLOORS, floorOf } from '../architecture/floors.js';
import { withoutFences } from './links.js';
import { inBackticks, tableRows } from './markdown-tables.js';
import { REPOSITORY, readPage } from './pages.js';

const page = readPage('docs/architecture.md');
const SOURCE = 'libs/realtime/src';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

describe('docs/architecture.md', () => {
  const rooms = tableRows(page, 'floor', 'room').filter(({ room = '' }) => room.startsWith('`'));

  it('has each room of the server, on its floor', () => {
    const folders = readdirSync(join(REPOSITORY, SOURCE), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const expected = folders.map(({ name }) => [name, floorOf(`${SOURCE}/${name}/any.ts`)]);
    const described = rooms.map(({ floor, room = '' }) => [inBackticks(room)[0], Number(floor)]);
    expect(Object.fromEntries(described)).toEqual(Object.fromEntries(expected));
  });

  it('names in each room only what is declared there', () => {
    const faults = rooms.flatMap((row) => {
      const folder = inBackticks(row['room'] ?? '')[0] ?? '';
      const text = sourcesIn(join(REPOSITORY, SOURCE, folder));
      return inBackticks(row['main files'] ?? '')
        .filter((name) => !isDeclaredIn(text, name))
        .map((name) => `${folder}: ${name}`);
    });
    expect(faults).toEqual([]);
  });

  it('names only what is in the code', () => {
    const sources = ['libs/realtime/src', 'libs/realtime-protocol/src'].map((folder) => sourcesBelow(join(REPOSITORY, folder))).join('\n');
    const words = new Set(sources.match(/\w+/g));
    const names = inBackticks(withoutFences(page)).filter((code) => /^\w*[A-Z]\w*(\.\w+)*$/.test(code));
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => name.split('.').some((part) => !words.has(part)))).toEqual([]);
  });

  it('gives a reason for each package that is installed, and for no other', () => {
    const published = [...new Set(['libs/realtime', 'libs/realtime-client', 'libs/realtime-protocol'].flatMap(packagesOf))];
    const ofRepository = packagesOf('.').filter((name) => !published.includes(name));
    expect(reasonsIn('package', 'of')).toEqual(published.filter((name) => !name.startsWith('nestjs-realtime')).sort());
    expect(reasonsIn('package', 'why')).toEqual(ofRepository.sort());
  });
});

describe('CONTRIBUTING.md', () => {
  it('names the suites that have the machine for themselves', () => {
    const [, list = ''] = /^const ALONE = \[(.+)\];$/m.exec(readFileSync(join(REPOSITORY, 'jest.config.ts'), 'utf8')) ?? [];
    const [, sentence = ''] = /Tests in ([^.]+) have the\s+machine/.exec(readPage('CONTRIBUTING.md').replace(/\s+/g, ' ')) ?? [];
    expect(inBackticks(sentence)).toEqual(list.split(', ').map((name) => `test/${name.replaceAll("'", '')}`));
  });

  it('has the table of floors', () => {
    const rows = tableRows(readPage('CONTRIBUTING.md'), 'floor', 'rooms');
    const described = rows.map(({ floor, rooms = '' }) => [floor, inBackticks(rooms).sort()]);
    const expected = FLOORS.map(({ floor, rooms: names }) => [String(floor), [...names].sort()]);
    expect(Object.fromEntries(described)).toEqual(Object.fromEntries(expected));
  });
});

function reasonsIn(...columns: readonly string[]): string[] {
  const rows = tableRows(page, ...columns);
  expect(rows.filter(({ why }) => !why)).toEqual([]);
  return rows.flatMap((row) => inBackticks(row['package'] ?? '')).sort();
}

function packagesOf(folder: string): string[] {
  const manifest = JSON.parse(readFileSync(join(REPOSITORY, folder, 'package.json'), 'utf8')) as Manifest;
  const { dependencies, devDependencies, peerDependencies } = manifest;
  return [...new Set(Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies }))];
}

function sourcesIn(folder: string): string {
  const names = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
  return names.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
}

function sourcesBelow(folder: string): string {
  const folders = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [folder, ...folders.map(({ parentPath, name }) => join(parentPath, name))].map(sourcesIn).join('\n');
}

function isDeclaredIn(source: string, name: string): boolean {
  return new RegExp(`^export (?:abstract )?(?:class|function|interface|const|type) ${name}\\b`, 'm').test(source);
}
