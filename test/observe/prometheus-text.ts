/** Reads Prometheus' text format as strictly as promtool does; anything that is not quite right is an error. */

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: Sample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/y;
const VALUE = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?Inf|NaN)$/i;
const TYPES = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped']);

/** The families by name. @throws {Error} that names the first line which breaks a rule of the format */
export function parsePrometheusText(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('The last line does not end');
  const families = new Map<string, Family>();
  let help: { readonly name: string; readonly text: string } | undefined;
  let current: Family | undefined;
  for (const [index, line] of text.slice(0, -1).split('\n').entries()) {
    const wrong = (why: string): Error => new Error(`Line ${index + 1}: ${why}: ${line}`);
    if (line === '') continue;
    const [, keyword, name = '', rest = ''] = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`).exec(line) ?? [];
    if (keyword === 'HELP') {
      if (families.has(name)) throw wrong('a second family of this name');
      help = { name, text: rest };
    } else if (keyword === 'TYPE') {
      if (help?.name !== name) throw wrong('a type without its help before it');
      if (!TYPES.has(rest)) throw wrong('no type');
      if (rest === 'counter' && !name.endsWith('_total')) throw wrong('a counter ends with _total');
      current = { name, type: rest, help: help.text, samples: [] };
      families.set(name, current);
    } else if (line.startsWith('#')) {
      throw wrong('a comment that is neither help nor type');
    } else {
      const sample = parseSample(line);
      if (!sample) throw wrong('no sample');
      if (!current || !belongs(sample.name, current)) throw wrong('a sample outside of its family');
      current.samples.push(sample);
    }
  }
  for (const family of families.values()) checkFamily(family);
  return families;
}

/** Each series once, as text; the values left out. */
export function seriesOf(families: ReadonlyMap<string, Family>): string[] {
  return [...families.values()].flatMap(({ samples }) => samples.map(seriesName));
}

function parseSample(line: string): Sample | undefined {
  const [, name, inBraces, value = ''] = SAMPLE.exec(line) ?? [];
  if (name === undefined || !VALUE.test(value)) return undefined;
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  let end = 0;
  for (const text = inBraces ?? ''; end < text.length; end = LABEL.lastIndex) {
    const [, label, escaped] = LABEL.exec(text) ?? [];
    if (label === undefined || escaped === undefined || label in labels) return undefined;
    labels[label] = escaped.replace(/\\(.)/g, (_, mark: string) => (mark === 'n' ? '\n' : mark));
  }
  return { name, labels, value: Number(value.replace(/^([+-]?)Inf$/i, '$1Infinity')) };
}

function belongs(name: string, { name: family, type }: Family): boolean {
  if (type !== 'histogram') return name === family;
  return ['_bucket', '_sum', '_count'].some((suffix) => name === family + suffix);
}

function checkFamily(family: Family): void {
  const { name, type, samples } = family;
  const series = samples.map(seriesName);
  if (new Set(series).size !== series.length) throw new Error(`${name}: a series stands there twice`);
  if (type === 'counter' && samples.some(({ value }) => !(value >= 0))) throw new Error(`${name}: a counter below 0`);
  if (type === 'histogram') for (const group of grouped(samples).values()) checkHistogram(name, group);
}

function checkHistogram(name: string, group: readonly Sample[]): void {
  const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
  const bounds = buckets.map(({ labels }) => Number(labels['le']?.replace('+Inf', 'Infinity')));
  const counts = buckets.map(({ value }) => value);
  const total = group.find((sample) => sample.name === `${name}_count`)?.value;
  if (!isRising(bounds) || bounds.at(-1) !== Infinity) throw new Error(`${name}: the bounds do not rise to +Inf`);
  if (counts.some((count, index) => count < (counts[index - 1] ?? 0))) throw new Error(`${name}: the buckets do not add up`);
  if (total === undefined || counts.at(-1) !== total) throw new Error(`${name}: the last bucket is not the count`);
  if (!group.some((sample) => sample.name === `${name}_sum`)) throw new Error(`${name}: no sum`);
}

function isRising(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? Infinity));
}

function grouped(samples: readonly Sample[]): Map<string, Sample[]> {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = JSON.stringify(Object.entries(sample.labels).filter(([label]) => label !== 'le'));
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  return groups;
}

function seriesName({ name, labels }: Sample): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${name}${JSON.stringify(sorted)}`;
}
