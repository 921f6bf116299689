/** Compares what came back for a number of frames with what had to come back. */
import type { ExactJson } from './exact-json.js';
import { readExactJson } from './exact-json.js';
import type { Verdict } from './oracle.js';
import { idText } from './oracle.js';

type Members = ReadonlyMap<string, ExactJson>;

interface Answer {
  readonly id: string;
  readonly outcome: string;
}

/** What is wrong, in sentences; nothing if the accounts agree. */
export function differences(verdicts: readonly Verdict[], frames: readonly string[]): string[] {
  const faults: string[] = [];
  const answers = frames.map((frame) => readFrame(frame, faults));
  const dueShapes = verdicts.filter(({ shape }) => shape !== 'nothing').map(({ shape, due }) => shapeOf(shape === 'array', due));
  const shapes = answers.map(({ isArray, items }) => shapeOf(isArray, items));
  faults.push(...without(dueShapes, shapes).map((shape) => `missing: ${shape}`));
  faults.push(...without(shapes, dueShapes).map((shape) => `unexpected: ${shape}`));
  const due = groupById(verdicts.flatMap((verdict) => verdict.due));
  const cancelled = new Set(verdicts.flatMap(({ cancels }) => cancels));
  for (const [id, received] of groupById(answers.flatMap(({ items }) => items))) {
    // Frames that may be refused in two ways come last: the answers that fit others as well belong to the others.
    const expected = (due.get(id) ?? []).sort((a, b) => a.outcomes.length - b.outcomes.length);
    const left = received.filter(({ outcome }) => {
      const at = expected.findIndex(({ outcomes }) => outcomes.includes(outcome));
      if (at !== -1) expected.splice(at, 1);
      return at === -1;
    });
    // Two requests with one id at the same time: the second one may be refused. A cancelled one may say so.
    const allowed = [...(received.length > 1 && id !== 'null' ? ['error:-32600'] : []), ...(cancelled.has(id) ? ['error:-32800'] : [])];
    for (const { outcome } of left) {
      if (!allowed.includes(outcome))
        faults.push(`id ${id}: got ${outcome}, expected ${expected.map(({ outcomes }) => outcomes.join(' or ')).join(', ')}`);
    }
  }
  return faults;
}

function readFrame(frame: string, faults: string[]): { isArray: boolean; items: Answer[] } {
  const exact = readExactJson(frame);
  const value: unknown = JSON.parse(frame);
  const isArray = Array.isArray(exact);
  const items = isArray ? (exact as readonly ExactJson[]) : [exact];
  const values = isArray ? (value as unknown[]) : [value];
  return { isArray, items: items.map((item, index) => readAnswer(item, values[index], frame, faults)) };
}

function readAnswer(exact: ExactJson, value: unknown, frame: string, faults: string[]): Answer {
  const members = exact as Members;
  const names = exact instanceof Map ? [...members.keys()].sort().join() : '';
  if ((names !== 'id,jsonrpc,result' && names !== 'error,id,jsonrpc') || members.get('jsonrpc') !== '2.0') {
    faults.push(`not a response: ${frame}`);
    return { id: 'none', outcome: 'none' };
  }
  const { result, error } = value as { result?: unknown; error?: { code: number; message: unknown } };
  if (error !== undefined && (!Number.isInteger(error.code) || typeof error.message !== 'string'))
    faults.push(`not an error object: ${frame}`);
  const id = idText(members.get('id') as ExactJson) ?? 'none';
  return { id, outcome: error === undefined ? `result:${JSON.stringify(result)}` : `error:${error.code}` };
}

function shapeOf(isArray: boolean, items: readonly { readonly id: string }[]): string {
  const ids = items.map(({ id }) => id).sort();
  return isArray ? `a batch of ${ids.join(', ')}` : `a response to ${ids.join()}`;
}

function groupById<T extends { readonly id: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(item.id, [...(groups.get(item.id) ?? []), item]);
  return groups;
}

/** The members of a multiset that another one lacks. */
function without(items: readonly string[], taken: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const item of taken) counts.set(item, (counts.get(item) ?? 0) + 1);
  return items.filter((item) => {
    const count = counts.get(item) ?? 0;
    counts.set(item, count - 1);
    return count <= 0;
  });
}
