/** The arguments of `npm run bench --`. */
import { parseArgs } from 'node:util';
import { FULL, QUICK } from '../suites/scale.js';
import type { Scale } from '../suites/scale.js';

export interface BenchOptions {
  readonly scale: Scale;
  readonly suites: readonly string[];
  readonly peers: readonly string[];
  /** The binary that the servers run on. */
  readonly node: string;
  /** Further ones, for our own server. */
  readonly beside: readonly string[];
  /** File for the report as JSON. */
  readonly json: string | undefined;
}

/** What may be named, with the reference that every run needs. */
export interface Known {
  readonly suites: readonly string[];
  /** Suites that are measured only when they are named. */
  readonly extraSuites?: readonly string[];
  readonly peers: readonly string[];
  /** Peers that are measured only when they are named. */
  readonly extraPeers?: readonly string[];
  readonly reference: string;
}

/** @throws {TypeError} for an argument that is unknown or has no good value */
export function parseOptions(args: readonly string[], known: Known): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      suite: { type: 'string' },
      peers: { type: 'string' },
      node: { type: 'string', default: process.execPath },
      beside: { type: 'string' },
      rounds: { type: 'string' },
      operations: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const { rounds, operations } = values;
  let scale = values.quick ? QUICK : FULL;
  if (rounds !== undefined) scale = withRounds(scale, atLeastOne('--rounds', rounds));
  if (operations !== undefined) scale = withOperations(scale, atLeastOne('--operations', operations));
  return {
    scale,
    suites: suitesIn(values.suite, known),
    peers: [...new Set([known.reference, ...peersIn(values.peers, known)])],
    node: values.node,
    beside: values.beside?.split(',') ?? [],
    json: values.json,
  };
}

function suitesIn(list: string | undefined, { suites, extraSuites = [] }: Known): readonly string[] {
  return list === undefined ? suites : namesIn('--suite', list, [...suites, ...extraSuites]);
}

function peersIn(list: string | undefined, { peers, extraPeers = [] }: Known): readonly string[] {
  return list === undefined ? peers : namesIn('--peers', list, [...peers, ...extraPeers]);
}

function atLeastOne(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`${name} must be a whole number from 1, got ${text}`);
  return value;
}

function namesIn(name: string, list: string | undefined, known: readonly string[]): readonly string[] {
  if (list === undefined) return known;
  const names = list.split(',');
  const wrong = names.filter((entry) => !known.includes(entry));
  if (wrong.length > 0) throw new TypeError(`${name} does not know ${wrong.join(', ')}; there are ${known.join(', ')}`);
  return known.filter((entry) => names.includes(entry));
}

function withRounds(scale: Scale, rounds: number): Scale {
  return {
    ...scale,
    rounds,
    memory: { ...scale.memory, rounds },
    joins: { ...scale.joins, repeats: rounds },
    cluster: { ...scale.cluster, rounds },
  };
}

/** The same number of measured operations in all cases. */
function withOperations(scale: Scale, measured: number): Scale {
  const { echo, fanOut, memory, churn, handlers, cluster } = scale;
  return {
    ...scale,
    echo: { ...echo, calls: { ...echo.calls, measured } },
    fanOut: { ...fanOut, pushes: { ...fanOut.pushes, measured } },
    memory: { ...memory, connections: { first: measured, more: measured } },
    churn: { ...churn, connections: { ...churn.connections, measured } },
    handlers: { ...handlers, calls: { ...handlers.calls, measured } },
    cluster: {
      ...cluster,
      hop: { ...cluster.hop, measured },
      pushes: { ...cluster.pushes, measured },
      intake: { burst: measured, bursts: { ...cluster.intake.bursts, measured: 1 } },
      // One for each session at least.
      topics: { ...cluster.topics, count: Math.max(measured, 3 * cluster.topics.sessions) },
    },
  };
}
