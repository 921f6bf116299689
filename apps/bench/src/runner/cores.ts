/** Gives server and load a core each, where the operating system lets us. */
import { spawnSync } from 'node:child_process';

export interface Cores {
  readonly server: number;
  readonly load: number;
}

/** Two cores that this process may use; undefined without `taskset` or with fewer than two. */
export function availableCores(): Cores | undefined {
  const { status, stdout } = spawnSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const cores = parseCores(stdout.slice(stdout.lastIndexOf(':') + 1));
  // The outermost two: siblings of one physical core are numbered side by side or half the range apart.
  const [server, load] = [cores.at(0), cores.at(-1)];
  return server === undefined || load === undefined || server === load ? undefined : { server, load };
}

/** @param list as `0-3,8` */
export function parseCores(list: string): number[] {
  return [...list.matchAll(/(\d+)(?:-(\d+))?/g)].flatMap(([, from, to = from]) => {
    const first = Number(from);
    return Array.from({ length: Number(to) - first + 1 }, (_, index) => first + index);
  });
}

/** Moves all threads of this process, the load, to its core. */
export function moveLoad(core: number): void {
  spawnSync('taskset', ['-a', '-cp', String(core), String(process.pid)]);
}

/** Where a server runs. */
export interface ServerPlace {
  readonly core: number | undefined;
  /** The binary of Node. */
  readonly node: string;
}

/** The command that starts Node there. */
export function nodeOn({ core, node }: ServerPlace, args: readonly string[]): readonly [command: string, args: string[]] {
  if (core === undefined) return [node, [...args]];
  return ['taskset', ['-c', String(core), node, ...args]];
}
