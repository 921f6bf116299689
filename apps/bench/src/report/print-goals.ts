/** Whether servers reach what they want to reach beside a share of the reference. */
import type { Goal } from '../cluster/goal.js';
import type { CaseReport } from './report.js';
import { table } from './table.js';

/** @returns undefined if nobody wants anything, or if those who do were not measured */
export function printGoals(cases: readonly CaseReport[]): string | undefined {
  const rows = cases.flatMap((one) => (one.goals ?? []).flatMap((goal) => rowOf(one, goal)));
  return rows.length === 0 ? undefined : `### Goals\n\n${table(['case', 'server', 'goal', 'median', 'reached'], rows)}`;
}

function rowOf(one: CaseReport, goal: Goal): string[][] {
  const value = valueOf(one, goal);
  if (value === undefined) return [];
  const { of, than, most = Infinity, least = -Infinity } = goal;
  const bound = `${most < Infinity ? `≤ ${told(most)}` : `≥ ${told(least)}`}`;
  const unit = { figure: one.unit, perSecond: 'a second', less: `times less than ${than}` }[of];
  return [[one.title, goal.peer, `${bound} ${unit}`, told(value), value <= most && value >= least ? 'yes' : 'no']];
}

function valueOf({ rows }: CaseReport, { peer, of, than }: Goal): number | undefined {
  const own = rows.find((row) => row.peer === peer);
  if (of === 'perSecond') return own?.perSecond?.median;
  if (of === 'figure') return own?.figure.median;
  const other = rows.find((row) => row.peer === than);
  return own && other ? other.figure.median / own.figure.median : undefined;
}

function told(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toFixed(2)));
}
