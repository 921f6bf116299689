/** docs/operations.md says of every option what it is called in the environment, and names only metrics that exist. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RealtimePrometheusModule } from 'nestjs-realtime/prometheus';
import { inBackticks } from '../docs/markdown-tables.js';
import { readPage, REPOSITORY } from '../docs/pages.js';
import { startNode } from '../support/start-node.js';
import { optionTable } from './option-table.js';

const page = readPage('docs/operations.md');

describe('docs/operations.md', () => {
  it('has the table of all options, and the variables that the library reads: copy it from here if it is not so', () => {
    expect(page.split('<!-- options: begin -->')[1]?.split('<!-- options: end -->')[0]?.trim()).toBe(optionTable());
  });

  it('alerts on metrics that there are', async () => {
    await using node = await startNode({ imports: [RealtimePrometheusModule.forRoot()] });
    const text = await (await fetch(`http://127.0.0.1:${node.port}/metrics`)).text();
    const named = new Set(page.match(/\b(?:realtime|nodejs|process)_[a-z0-9_]+/g));
    expect(named.size).toBeGreaterThan(10);
    expect(
      [...named].filter(
        (name) => !text.includes(`\n${name.replace(/_bucket$/, '')}`) && !text.includes(`# TYPE ${name.replace(/_bucket$/, '')} `),
      ),
    ).toEqual([]);
  });

  it('names words that the labels have', async () => {
    await using node = await startNode({ imports: [RealtimePrometheusModule.forRoot()] });
    const text = await (await fetch(`http://127.0.0.1:${node.port}/metrics`)).text();
    const labels = [...page.matchAll(/\b(?:type|code)="\w+"/g)].map(([label]) => label);
    expect(labels.filter((label) => !text.includes(label))).toEqual([]);
    const reasons = readFileSync(join(REPOSITORY, 'libs/realtime/src/admission/refusal.ts'), 'utf8');
    const [, row = ''] = /\| refusing \|(.*)/.exec(page) ?? [];
    const named = inBackticks(row.split('|')[1] ?? '').filter((word) => /^[A-Z]/.test(word));
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((word) => !reasons.includes(`'${word}'`))).toEqual([]);
  });
});
