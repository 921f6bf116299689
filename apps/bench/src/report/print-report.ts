/** The report as text, for the terminal and for docs/performance.md. */
import { printGoals } from './print-goals.js';
import type { MachineFacts } from './machine.js';
import type { CaseReport, CrowdRow, JoinRow, Report } from './report.js';
import type { Spread } from './statistics.js';
import { table } from './table.js';

/** From here on the load was about as busy as it can be, and may have held the server up. */
const BUSY = 0.9;

export function printReport({ machine, cases, joins, crowd }: Report, own: string): string {
  const parts = [facts(machine), ...cases.map(printCase)];
  if (crowd.length > 0) parts.push(printCrowd(crowd));
  if (joins.length > 0) parts.push(printJoins(joins));
  const references = new Set(cases.map(({ reference }) => reference));
  for (const reference of references) {
    const compared = cases.filter((one) => one.reference === reference && one.target !== undefined);
    if (compared.length > 0) parts.push(printTargets(compared, own, reference));
  }
  const goals = printGoals(cases);
  if (goals !== undefined) parts.push(goals);
  return parts.join('\n\n');
}

function facts({ node, system, cpu, cores, pinned, packages }: MachineFacts): string {
  const pins = pinned ? `server on core ${pinned.server}, load on core ${pinned.load}` : 'server and load not pinned to cores';
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return `Node ${node}, ${system}, ${cpu}, ${cores} cores; ${pins}.\n${versions.join(', ')}.`;
}

function printCase({ title, detail, unit, reference, rounds, rows }: CaseReport): string {
  const timed = rows.some(({ perSecond }) => perSecond !== null);
  const what = unit === 'ms' ? 'time' : unit.startsWith('kB') ? 'memory' : 'server CPU';
  const head = ['server', `${what}, ${unit}`, `to ${reference}`, ...(timed ? ['per second', 'load busy'] : [])];
  const cells = rows.map(({ peer, figure, ratio, perSecond, loadBusy }) => [
    peer,
    reach(figure, decimals(figure.median)),
    `${reach(ratio, 2)}`,
    ...(timed ? [perSecond ? grouped(perSecond.median) : '', loadBusy ? busy(loadBusy) : ''] : []),
  ]);
  return `### ${title}\n\n${detail}; ${rounds} rounds, median (least–most).\n\n${table(head, cells)}`;
}

function printCrowd(rows: readonly CrowdRow[]): string {
  const spreadOf = (value: Spread): string => reach(value, decimals(value.median));
  const cells = rows.map(({ sliceMs, longestHoldMs, lastMs, cpuMicros }) => [
    sliceMs === 0 ? 'off' : String(sliceMs),
    ...[longestHoldMs, lastMs, cpuMicros].map(spreadOf),
  ]);
  const head = ['`fairness.sliceMs`', 'longest hold, ms', 'until the last has it, ms', 'server CPU, µs/push'];
  return [
    `### Push to ${grouped(rows[0]?.sessions ?? 0)} connections in memory`,
    'One push at a time; the connections are part of the server’s process, so that reading the push is part of the cost; median (least–most) of the pushes.',
    table(head, cells),
  ].join('\n\n');
}

function printJoins(rows: readonly JoinRow[]): string {
  const cells = rows.map(({ sessions, requestMicros, hubMicros }) => [
    grouped(sessions),
    reach(requestMicros, 2),
    ((requestMicros.median * sessions) / 1000).toFixed(0),
    reach(hubMicros, 2),
    ((hubMicros.median * sessions) / 1000).toFixed(1),
  ]);
  const head = ['sessions', 'by request, µs each', 'all, ms', 'by the hub, µs each', 'all, ms'];
  return [
    '### Joining one topic',
    'All sessions of a node join the same topic: CPU time of a join by a `subscribe` request, and by `hub.subscribe()` alone; median (least–most). Linear time means that the cost of one join stays the same from row to row.',
    table(head, cells),
  ].join('\n\n');
}

function printTargets(cases: readonly CaseReport[], own: string, reference: string): string {
  const rows = cases.flatMap(({ title, target, rows: peers }) => {
    const row = peers.find(({ peer }) => peer === own);
    return row && target !== undefined
      ? [[title, `≤ ${target.toFixed(2)}`, row.ratio.median.toFixed(2), row.ratio.median <= target ? 'yes' : 'no']]
      : [];
  });
  return `### ${own} against ${reference === 'ws' ? 'plain ws' : reference}\n\n${table(['case', 'target', 'median ratio', 'reached'], rows)}`;
}

function reach({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

function decimals(value: number): number {
  return value < 10 ? 2 : value < 100 ? 1 : 0;
}

function busy({ median }: Spread): string {
  return `${(median * 100).toFixed(0)} %${median >= BUSY ? ' !' : ''}`;
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString('en');
}
