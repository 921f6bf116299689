/** docs/architecture.md knows every room, every main file and every dependency. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FLOORS, floorOf } from '../architecture/floors.js';
import { withoutFences } from './links.js';
import { inBackticks, tableRows } from './markdown-tables.js';
import { REPOSITORY, readPage } from './pages.js';

const page = readPage('docs/architecture.md');
const SOURCE = 'libs/realtime/src';
const CLIENT_SOURCE = 'libs/realtime-client/src';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

describe('docs/architecture.md', () => {
  const houses = [
    { house: 'the server', source: SOURCE, column: 'room' },
    { house: 'the client', source: CLIENT_SOURCE, column: 'room of the client' },
  ].map((each) => ({ ...each, rooms: roomsIn(each.column) }));

  it.each(houses)('has each room of $house, on its floor', ({ source, rooms }) => {
    const folders = readdirSync(join(REPOSITORY, source), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const expected = folders.map(({ name }) => [name, floorOf(`${source}/${name}/any.ts`)]);
    expect(Object.fromEntries(rooms.map(({ room, floor }) => [room, floor]))).toEqual(Object.fromEntries(expected));
  });

  it.each(houses)('names in each room of $house only what is declared there', ({ source, rooms }) => {
    const faults = rooms.flatMap(({ room, names }) => {
      const text = sourcesIn(join(REPOSITORY, source, room));
      return names.filter((name) => !isDeclaredIn(text, name)).map((name) => `${room}: ${name}`);
    });
    expect(faults).toEqual([]);
  });

  it('names only what is in the code', () => {
    const sources = [SOURCE, CLIENT_SOURCE, 'libs/realtime-protocol/src']
      .map((folder) => sourcesBelow(join(REPOSITORY, folder)))
      .join('\n');
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

/** The rows of one table of rooms. */
function roomsIn(column: string): { readonly room: string; readonly floor: number; readonly names: readonly string[] }[] {
  return tableRows(page, 'floor', column)
    .filter((row) => row[column]?.startsWith('`'))
    .map((row) => ({
      room: inBackticks(row[column] ?? '')[0] ?? '',
      floor: Number(row['floor']),
      names: inBackticks(row['main files'] ?? ''),
    }));
}

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
