import { posix } from 'node:path';
import { floorOf, roomOf, STRANGERS } from './floors.js';
import { isRepositoryFile, type ImportGraph } from './import-graph.js';

/** Imports that go up, rooms without a floor, and rooms that must not know each other. */
export function floorViolations(graph: ImportGraph): string[] {
  return edges(graph).flatMap(([file, target]) => {
    const [from, to] = [floorOf(file), floorOf(target)];
    if (from === undefined) return [`${file}: the room "${roomOf(file)}" has no floor`];
    if (to === undefined) return [`${target}: the room "${roomOf(target)}" has no floor`];
    if (to > from) return [`${file} (floor ${from}) imports ${target} (floor ${to})`];
    const [room, other] = [roomOf(file), roomOf(target)];
    const strangers = room !== other && STRANGERS.some((group) => group.includes(room) && group.includes(other));
    return strangers ? [`${file}: the room "${room}" must not know "${other}" (${target})`] : [];
  });
}

/** Circles of imports between files, each once, as `a -> b -> a`. */
export function circles(graph: ImportGraph): string[] {
  const found = new Set<string>();
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      found.add([...path.slice(start), file].join(' -> '));
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const target of graph.get(file) ?? []) if (graph.has(target)) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return [...found];
}

/** The same graph with rooms in place of files. */
export function roomGraph(graph: ImportGraph): ImportGraph {
  const rooms = new Map<string, string[]>();
  for (const [file, target] of edges(graph)) {
    const [room, other] = [roomOf(file), roomOf(target)];
    const known = rooms.get(room) ?? [];
    if (!rooms.has(other)) rooms.set(other, []);
    rooms.set(room, room === other || known.includes(other) ? known : [...known, other]);
  }
  return rooms;
}

/** Everything that is loaded when the file is imported: files of the repository and names of packages. */
export function importClosure(graph: ImportGraph, start: string): { readonly files: string[]; readonly packages: string[] } {
  const seen = new Set([start]);
  for (const file of seen) for (const target of graph.get(file) ?? []) seen.add(target);
  const all = [...seen].sort();
  return { files: all.filter(isRepositoryFile), packages: all.filter((target) => !isRepositoryFile(target)) };
}

/** Imports of an `index.ts` of the same lib: inside, the file itself is imported. Only the composition root may. */
export function barrelImports(graph: ImportGraph): string[] {
  return edges(graph)
    .filter(([file, target]) => libOf(file) !== undefined && libOf(file) === libOf(target) && posix.basename(target) === 'index.ts')
    .filter(([file]) => roomOf(file) !== 'index')
    .map(([file, target]) => `${file} imports the door ${target}`);
}

/** Imports into a lib from outside that do not end at a door. */
export function deepImports(graph: ImportGraph): string[] {
  return edges(graph)
    .filter(([file, target]) => libOf(target) !== undefined && libOf(file) !== libOf(target) && posix.basename(target) !== 'index.ts')
    .map(([file, target]) => `${file} imports ${target}, which is private`);
}

/** Imports of files that do not exist. */
export function brokenImports(graph: ImportGraph): string[] {
  return edges(graph)
    .filter(([, target]) => !graph.has(target))
    .map(([file, target]) => `${file} imports ${target}, which does not exist`);
}

function edges(graph: ImportGraph): (readonly [file: string, target: string])[] {
  return [...graph].flatMap(([file, targets]) => targets.filter(isRepositoryFile).map((target) => [file, target] as const));
}

function libOf(file: string): string | undefined {
  const [top, name] = file.split('/');
  return top === 'libs' ? name : undefined;
}
