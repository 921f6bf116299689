import { floorOf, roomOf } from './floors.js';
import { barrelImports, brokenImports, circles, floorViolations, roomGraph } from './house-rules.js';
import { importsIn, readImportGraph, resolveImport, type ImportGraph } from './import-graph.js';

describe('the floors', () => {
  const house = readImportGraph(['libs', 'apps', 'test']);

  it('hold: no import goes up, and rpc, limits and hub do not know each other', () => {
    expect(floorViolations(house)).toEqual([]);
  });

  it('know every file that is imported', () => {
    expect(brokenImports(house)).toEqual([]);
  });

  it('have no circle of files', () => {
    expect(circles(house)).toEqual([]);
  });

  it('have no circle of rooms', () => {
    expect(circles(roomGraph(house))).toEqual([]);
  });

  it('are climbed by the files themselves: no barrel is imported from inside', () => {
    expect(barrelImports(house)).toEqual([]);
  });
});

describe('the checker itself', () => {
  const src = 'libs/realtime/src';
  const made = (edges: Record<string, string[]>): ImportGraph => new Map(Object.entries(edges));

  it('tells the rooms and floors of files', () => {
    expect([roomOf(`${src}/hub/hub.service.ts`), floorOf(`${src}/hub/hub.service.ts`)]).toEqual(['hub', 3]);
    expect([roomOf(`${src}/index.ts`), floorOf(`${src}/index.ts`)]).toEqual(['index', 8]);
    expect([roomOf('libs/realtime-protocol/src/messages.ts'), floorOf('libs/realtime-protocol/src/messages.ts')]).toEqual(['protocol', 1]);
    expect([roomOf('libs/realtime-client/src/base/faults.ts'), floorOf('libs/realtime-client/src/base/faults.ts')]).toEqual([
      'client/base',
      2,
    ]);
    expect(roomOf('libs/realtime-client/src/index.ts')).toBe('index');
    expect([roomOf('apps/demo/src/main.ts'), floorOf('apps/demo/src/main.ts')]).toEqual(['apps', 9]);
  });

  it('follows relative imports and npm names to the source', () => {
    expect(resolveImport(`${src}/hub/hub.service.ts`, '../session/session.js')).toBe(`${src}/session/session.ts`);
    expect(resolveImport('apps/demo/src/main.ts', 'nestjs-realtime')).toBe(`${src}/index.ts`);
    expect(resolveImport('apps/demo/src/main.ts', 'nestjs-realtime/redis')).toBe(`${src}/redis/index.ts`);
    expect(resolveImport(`${src}/rpc/rpc-dispatcher.ts`, '@nestjs/common')).toBe('@nestjs/common');
  });

  it('sees type-only imports, re-exports and dynamic imports', () => {
    const text = `
      import a from 'package-a';
      import type { B } from 'package-b';
      export { c } from 'package-c';
      export type { D } from 'package-d';
      import 'package-e';
      const f = import('package-f');
      type G = import('package-g').G;
    `;
    expect(importsIn(text).join()).toBe('package-a,package-b,package-c,package-d,package-e,package-f,package-g');
    expect(readImportGraph(['test/architecture']).get('test/architecture/house-rules.ts')).toEqual([
      'node:path',
      'test/architecture/floors.ts',
      'test/architecture/import-graph.ts',
    ]);
  });

  it('finds an import that goes up', () => {
    const graph = made({ [`${src}/session/session.ts`]: [`${src}/hub/hub.service.ts`], [`${src}/hub/hub.service.ts`]: [] });
    expect(floorViolations(graph)).toEqual([`${src}/session/session.ts (floor 2) imports ${src}/hub/hub.service.ts (floor 3)`]);
  });

  it('finds strangers on one floor', () => {
    const graph = made({ [`${src}/rpc/rpc-dispatcher.ts`]: [`${src}/hub/hub.service.ts`], [`${src}/hub/hub.service.ts`]: [] });
    expect(floorViolations(graph)).toEqual([
      `${src}/rpc/rpc-dispatcher.ts: the room "rpc" must not know "hub" (${src}/hub/hub.service.ts)`,
    ]);
  });

  it('finds a room without a floor', () => {
    const graph = made({ [`${src}/attic/box.ts`]: [`${src}/hub/hub.service.ts`] });
    expect(floorViolations(graph)).toEqual([`${src}/attic/box.ts: the room "attic" has no floor`]);
  });

  it('finds circles of files and of rooms', () => {
    const graph = made({
      [`${src}/auth/a.ts`]: [`${src}/topics/b.ts`],
      [`${src}/topics/b.ts`]: [],
      [`${src}/topics/c.ts`]: [`${src}/auth/d.ts`],
      [`${src}/auth/d.ts`]: [`${src}/auth/e.ts`],
      [`${src}/auth/e.ts`]: [`${src}/auth/d.ts`],
    });
    expect(circles(graph)).toEqual([`${src}/auth/d.ts -> ${src}/auth/e.ts -> ${src}/auth/d.ts`]);
    expect(circles(roomGraph(graph))).toEqual(['topics -> auth -> topics']);
  });

  it('finds a barrel that is imported from inside, and leaves the composition root alone', () => {
    const graph = made({ [`${src}/http/http.controller.ts`]: [`${src}/redis/index.ts`], [`${src}/index.ts`]: [`${src}/redis/index.ts`] });
    expect(barrelImports(graph)).toEqual([`${src}/http/http.controller.ts imports the door ${src}/redis/index.ts`]);
  });
});
