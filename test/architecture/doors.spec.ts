import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { deepImports, importClosure } from './house-rules.js';
import { readImportGraph, REPOSITORY, type ImportGraph } from './import-graph.js';

const LIBS = ['realtime', 'realtime-client', 'realtime-protocol'] as const;
const BEHIND_DOORS = /^(ioredis|redis|nats|@nats-io\/.+|prom-client|@willsoto\/.+|@nestjs\/terminus|@opentelemetry\/.+|@grpc\/.+)(\/|$)/;
const NOT_FOR_BROWSERS = new RegExp(`^(@nestjs/.+|node:.+|(${builtinModules.join('|')})(/.+)?)$`);

const house = readImportGraph(['libs', 'apps', 'test']);

describe('the doors', () => {
  it('of the server keep Redis, NATS, Prometheus, Terminus, OpenTelemetry and gRPC out of the main entry', () => {
    expect(behindDoors(house)).toEqual([]);
  });

  it('of the client let in neither Nest nor Node, and the main one not React', () => {
    expect(notForBrowsers(house)).toEqual([]);
    expect(importClosure(house, 'libs/realtime-client/src/index.ts').packages).toEqual([]);
    expect(importClosure(house, 'libs/realtime-client/src/react/index.ts').packages).toEqual(['react']);
  });

  it('of the protocol let in nothing at all', () => {
    const protocol = [...house].filter(([file]) => file.startsWith('libs/realtime-protocol/'));
    const outside = protocol.flatMap(([file, targets]) =>
      targets.filter((target) => !target.startsWith('libs/realtime-protocol/')).map((target) => `${file} imports ${target}`),
    );
    expect(outside).toEqual([]);
  });

  it('are the only way into a lib', () => {
    expect(deepImports(house)).toEqual([]);
  });

  it.each(LIBS)('of %s are exactly its folders with an index.ts, and package.json exports them', (lib) => {
    const { exports } = JSON.parse(readFileSync(join(REPOSITORY, 'libs', lib, 'package.json'), 'utf8')) as { exports: object };
    const exported = Object.keys(exports).filter((name) => name !== './package.json');
    expect(exported.sort()).toEqual(doorsOf(lib));
  });

  it.each(LIBS)('of %s are never nested', (lib) => {
    const nested = [...house.keys()].filter((file) => new RegExp(`^libs/${lib}/src/[^/]+/.+/index\\.ts$`).test(file));
    expect(nested).toEqual([]);
  });
});

describe('the checker itself', () => {
  const made = (edges: Record<string, string[]>): ImportGraph => new Map(Object.entries(edges));

  it('finds a package that comes in through a file behind the main entry', () => {
    const graph = made({
      'libs/realtime/src/index.ts': ['libs/realtime/src/hub/hub.service.ts'],
      'libs/realtime/src/hub/hub.service.ts': ['ws', 'ioredis', '@nats-io/transport-node', 'prom-client', 'redis-like'],
    });
    expect(behindDoors(graph)).toEqual(['@nats-io/transport-node', 'ioredis', 'prom-client']);
  });

  it('finds Nest and Node in the client, prefixed or not', () => {
    const graph = made({
      'libs/realtime-client/src/index.ts': ['libs/realtime-protocol/src/index.ts', 'fs/promises', 'events-like'],
      'libs/realtime-protocol/src/index.ts': ['node:crypto', '@nestjs/common', 'events'],
    });
    expect(notForBrowsers(graph)).toEqual(['@nestjs/common', 'events', 'fs/promises', 'node:crypto']);
  });

  it('finds an import past the doors', () => {
    const graph = made({ 'apps/demo/src/main.ts': ['libs/realtime/src/hub/hub.service.ts', 'libs/realtime/src/index.ts'] });
    expect(deepImports(graph)).toEqual(['apps/demo/src/main.ts imports libs/realtime/src/hub/hub.service.ts, which is private']);
  });
});

function behindDoors(graph: ImportGraph): string[] {
  return importClosure(graph, 'libs/realtime/src/index.ts').packages.filter((name) => BEHIND_DOORS.test(name));
}

function notForBrowsers(graph: ImportGraph): string[] {
  return importClosure(graph, 'libs/realtime-client/src/index.ts').packages.filter((name) => NOT_FOR_BROWSERS.test(name));
}

function doorsOf(lib: string): string[] {
  const source = join(REPOSITORY, 'libs', lib, 'src');
  const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const doors = folders.filter(({ name }) => existsSync(join(source, name, 'index.ts'))).map(({ name }) => `./${name}`);
  return ['.', ...doors].sort();
}
