/** The dashboard asks only for what is there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RealtimePrometheusModule } from 'nestjs-realtime/prometheus';
import { startNode } from '../support/start-node.js';
import { Scrape } from './scrape.js';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const FILE = join(import.meta.dirname, '../../deploy/grafana/nestjs-realtime.json');
const dashboard = JSON.parse(readFileSync(FILE, 'utf8')) as { panels: Panel[]; templating: { list: { name: string }[] } };
const queries = dashboard.panels.flatMap(({ targets = [] }) => targets);

/** The types of all metrics by name. */
async function families(): Promise<Map<string, string>> {
  await using node = await startNode({ imports: [RealtimePrometheusModule.forRoot({ defaultMetrics: false })] });
  return new Map([...(await Scrape.of(node)).families.values()].map(({ name, type }) => [name, type]));
}

/** As the contract has them. */
const LABELS: Readonly<Record<string, readonly string[]>> = {
  realtime_messages_dropped_total: ['policy'],
  realtime_message_latency_seconds: ['method'],
  realtime_handshakes_rejected_total: ['reason'],
  realtime_disconnects_total: ['code'],
  realtime_errors_total: ['type'],
  realtime_rpc_requests_total: ['method', 'outcome'],
  realtime_bus_errors_total: ['operation'],
  realtime_bus_rejected_total: ['reason'],
  realtime_topic_gaps_total: ['reason'],
};
const labelsOf = (name: string): readonly string[] => LABELS[name] ?? [];

describe('the Grafana dashboard', () => {
  it('asks only for metrics that exist, counters as rates and histograms by their buckets', async () => {
    const known = await families();
    const asked = queries.flatMap(({ expr }) =>
      [...expr.matchAll(/(rate\()?(realtime_\w+)/g)].map(([, rate, name = '']) => ({ rate, name })),
    );
    expect(asked.length).toBeGreaterThan(30);
    const faults = asked.filter(({ rate, name }) => {
      const bucket = known.get(name.replace(/_bucket$/, '')) === 'histogram' && name.endsWith('_bucket');
      const type = bucket ? 'counter' : known.get(name);
      return type === undefined || type === 'histogram' || (type === 'counter') !== (rate !== undefined);
    });
    expect(faults).toEqual([]);
  });

  it('shows every metric', async () => {
    const text = queries.map(({ expr }) => expr).join('\n');
    const unseen = [...(await families()).keys()].filter((name) => !text.includes(`${name}{`) && !text.includes(`${name}_bucket{`));
    expect(unseen).toEqual([]);
  });

  it('groups only by labels that the metric has', () => {
    const faults = queries.flatMap(({ expr, legendFormat }) => {
      const names = [...expr.matchAll(/realtime_\w+/g)].map(([name]) => name.replace(/_bucket$/, ''));
      const allowed = new Set(['le', 'instance', ...names.flatMap(labelsOf)]);
      const grouped = [...expr.matchAll(/sum by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(', '));
      const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
      return [...grouped, ...shown].filter((label) => !allowed.has(label)).map((label) => `${expr}: ${label}`);
    });
    expect(faults).toEqual([]);
  });

  it('uses only variables that it declares, and each panel has its own id and place', () => {
    const declared = new Set([...dashboard.templating.list.map(({ name }) => name), '__rate_interval']);
    const used = queries.flatMap(({ expr }) => [...expr.matchAll(/\$(\w+)/g)].map(([, name = '']) => name));
    expect(used.filter((name) => !declared.has(name))).toEqual([]);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { h, w, x, y } }) =>
      Array.from({ length: h * w }, (_, n) => `${x + (n % w)}/${y + Math.floor(n / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  it('has balanced brackets in every query', () => {
    const balance = (expr: string): number =>
      [...expr.replace(/"[^"]*"/g, '')].reduce((depth, mark) => depth + (/[([{]/.test(mark) ? 1 : /[)\]}]/.test(mark) ? -1 : 0), 0);
    expect(queries.filter(({ expr }) => balance(expr) !== 0)).toEqual([]);
  });
});
