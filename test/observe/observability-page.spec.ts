/** docs/observability.md agrees with the source. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RealtimePrometheusModule } from 'nestjs-realtime/prometheus';
import { inBackticks, tableRows } from '../docs/markdown-tables.js';
import { REPOSITORY, readPage } from '../docs/pages.js';
import { startNode } from '../support/start-node.js';
import { EventLog } from './event-log.js';
import { Scrape } from './scrape.js';

const page = readPage('docs/observability.md');
const source = (path: string): string => readFileSync(join(REPOSITORY, 'libs/realtime/src', path), 'utf8');

describe('docs/observability.md', () => {
  it('has every metric with its type, labels and sense, and no other', async () => {
    await using node = await startNode({ imports: [RealtimePrometheusModule.forRoot({ defaultMetrics: false })] });
    const { families } = await Scrape.of(node);
    const entries = source('prometheus/metric-table.ts').split(/^ {2}(?=\w+: \{)/m);
    const labels = new Map(
      entries.map((entry) => {
        const [, list = ''] = /labels: \[(.*?)\]/.exec(entry) ?? [];
        return [`realtime_${entry.split(':', 1)[0]}`, [...list.matchAll(/'(\w+)'/g)].map(([, label]) => label)];
      }),
    );
    const rows = tableRows(page, 'metric', 'type', 'labels').map((row) => [
      inBackticks(row['metric'] ?? '')[0],
      row['type'],
      inBackticks(row['labels'] ?? ''),
      row['what'],
    ]);
    expect(rows).toEqual([...families.values()].map(({ name, type, help }) => [name, type, labels.get(name) ?? [], help]));
  });

  it('has every event with its facts', () => {
    const rows = tableRows(page, 'event', 'when', 'facts');
    expect(rows.map(({ event = '' }) => inBackticks(event)[0])).toEqual(Object.keys(new EventLog().observer));
    const facts = new Set(
      source('observe/realtime-observer.ts')
        .match(/readonly \w+/g)
        ?.map((member) => member.replace('readonly ', '')),
    );
    const named = rows.flatMap((row) => inBackticks(row['facts'] ?? '')).filter((name) => name !== 'server' && name !== 'peer');
    expect(named.filter((name) => !facts.has(name))).toEqual([]);
  });

  it.each([
    ['namespace', 'prometheus/prometheus-options.ts'],
    ['livenessPath', 'terminus/health-options.ts'],
  ])('has the options that begin with %s, and their defaults', (first, file) => {
    const lines = page.split('\n');
    const start = lines.findIndex((line) => line.startsWith(`| \`${first}\``));
    const rows = tableRows(lines.slice(start - 2).join('\n'), 'option', 'default');
    const defaults = /DEFAULTS = Object\.freeze\(\{(.*?)\n\}\)/s.exec(source(file))?.[1] ?? '';
    const known = [...defaults.matchAll(/^ {2}(\w+): (.+),$/gm)].map(([, name, value = '']) => [name, bounds(value) ?? value]);
    expect(rows.map((row) => [inBackticks(row['option'] ?? '')[0], (row['default'] ?? '').replaceAll('`', '')])).toEqual(known);
  });

  it('says of hub.stats() what is there', async () => {
    await using node = await startNode({ options: { debugStats: true } });
    const text = page.slice(page.indexOf('## Figures'), page.indexOf('## Metrics'));
    const { latency, ...stats } = node.hub.stats();
    const sums = Object.keys(stats).filter((name) => /^(uptime|messages|bytes|pushes|sessions[OC])/.test(name));
    expect(inBackticks(text)).toEqual(expect.arrayContaining([...sums, ...Object.keys(latency ?? {})]));
  });
});

/** A list of bounds is on the page as its first and last one. */
function bounds(value: string): string | undefined {
  const numbers = value.match(/\d[\d.]*/g);
  return value.includes('[') && numbers ? `${numbers[0]} to ${numbers.at(-1)}` : undefined;
}
