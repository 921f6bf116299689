/** What a run comes to: figures, ratios and targets, as data. */
import type { CrowdSample } from '../servers/crowd-sample.js';
import type { JoinSample } from '../servers/join-sample.js';
import type { RoundSamples } from '../runner/rounds.js';
import type { Case, Sample } from '../suites/suite.js';
import type { MachineFacts } from './machine.js';
import type { Spread } from './statistics.js';
import { ratios, spread } from './statistics.js';

/** One peer in one case. */
export interface PeerRow {
  readonly peer: string;
  readonly figure: Spread;
  /** To the reference in the same round. */
  readonly ratio: Spread;
  readonly perSecond: Spread | null;
  readonly loadBusy: Spread | null;
}

export interface CaseReport extends Case {
  readonly suite: string;
  /** The peer that the others are compared with. */
  readonly reference: string;
  readonly rounds: number;
  readonly rows: readonly PeerRow[];
}

/** Joining one topic, at one number of sessions. */
export interface JoinRow {
  readonly sessions: number;
  readonly requestMicros: Spread;
  readonly hubMicros: Spread;
}

/** Pushing to connections in memory, with one `fairness.sliceMs`. */
export interface CrowdRow {
  readonly sliceMs: number;
  readonly sessions: number;
  readonly longestHoldMs: Spread;
  readonly lastMs: Spread;
  readonly cpuMicros: Spread;
}

export interface Report {
  readonly machine: MachineFacts;
  readonly cases: readonly CaseReport[];
  readonly joins: readonly JoinRow[];
  readonly crowd: readonly CrowdRow[];
}

/** @param samples of each peer, in the order of the rounds */
export function caseReport(suite: string, one: Case, samples: ReadonlyMap<string, readonly RoundSamples[]>, reference: string): CaseReport {
  const of = (peer: string): Sample[] =>
    (samples.get(peer) ?? []).map((round) => {
      const sample = round[one.id];
      if (!sample) throw new Error(`${peer} has no sample of ${one.id} in one of the rounds`);
      return sample;
    });
  const base = of(reference).map(({ figure }) => figure);
  const rows = [...samples.keys()].map((peer): PeerRow => {
    const own = of(peer);
    const figures = own.map(({ figure }) => figure);
    return {
      peer,
      figure: spread(figures),
      ratio: spread(ratios(figures, base)),
      perSecond: optional(own.map(({ perSecond }) => perSecond)),
      loadBusy: optional(own.map(({ loadBusy }) => loadBusy)),
    };
  });
  return { ...one, suite, reference, rounds: base.length, rows };
}

export function joinRows(samples: readonly JoinSample[]): JoinRow[] {
  return [...new Set(samples.map(({ sessions }) => sessions))].map((sessions) => {
    const own = samples.filter((sample) => sample.sessions === sessions);
    return {
      sessions,
      requestMicros: spread(own.map(({ requestMicros }) => requestMicros)),
      hubMicros: spread(own.map(({ hubMicros }) => hubMicros)),
    };
  });
}

export function crowdRows(samples: readonly CrowdSample[]): CrowdRow[] {
  return [...new Map(samples.map((sample) => [sample.sliceMs, sample.sessions]))].map(([sliceMs, sessions]) => {
    const own = samples.filter((sample) => sample.sliceMs === sliceMs);
    return {
      sliceMs,
      sessions,
      longestHoldMs: spread(own.map(({ longestHoldMs }) => longestHoldMs)),
      lastMs: spread(own.map(({ lastMs }) => lastMs)),
      cpuMicros: spread(own.map(({ cpuMicros }) => cpuMicros)),
    };
  });
}

function optional(values: readonly (number | undefined)[]): Spread | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? null : spread(known);
}
