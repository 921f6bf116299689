/** Code of the pages that does more than compile: it is taken from the page, and does what the page says. */
import type { Type } from '@nestjs/common';
import { RealtimePrometheusModule } from 'nestjs-realtime/prometheus';
import { RealtimeHealthModule } from 'nestjs-realtime/terminus';
import { startNode } from '../support/start-node.js';
import { moduleFromPage } from './module-from-page.js';
import { codeBlocks } from './pages.js';

describe('docs/methods.md', () => {
  it('shows how the elements of a list are validated', async () => {
    const { Market } = await moduleFromPage<{ Market: Type }>('docs/methods.md', 'class Market');
    await using node = await startNode({ providers: [Market] });
    await using peer = await node.connect();
    const [good, bad] = [[{ cents: 5 }], [{ cents: 'five' }]];
    expect([await peer.result('market.offer', { offers: good }), await peer.result('market.list', good)]).toEqual([1, 1]);
    for (const params of [{ offers: bad }, { offers: {} }, {}]) {
      expect(await peer.request('market.offer', params)).toMatchObject({ error: { code: -32602 } });
    }
    expect(await peer.request('market.list', bad)).toMatchObject({ error: { code: -32602 } });
  });

  it('shows how topics stay open to everybody behind a guard of the whole app', async () => {
    const { NewsModule } = await moduleFromPage<{ NewsModule: Type }>('docs/methods.md', 'class NewsModule');
    await using node = await startNode({ imports: [NewsModule] });
    await using peer = await node.connect();
    expect(await peer.result('subscribe', { topics: ['news:sport', 'plans'] })).toMatchObject({
      subscribed: ['news:sport'],
      rejected: [{ topic: 'plans', reason: 'Unauthorized' }],
    });
    expect(await peer.result('unsubscribe', { topics: ['news:sport'] })).toEqual({ unsubscribed: ['news:sport'] });
  });
});

describe('docs/observability.md', () => {
  it('names what a global prefix has to leave out, and sessions open where they did', async () => {
    const block = codeBlocks('docs/observability.md', 'ts').find(({ text }) => text.includes('setGlobalPrefix'));
    const [, list = ''] = /exclude: \[(.+)\]/.exec(block?.text ?? '') ?? [];
    const exclude = list.split(', ').map((path) => path.replaceAll("'", ''));
    const statusesWith = async (excluded: string[]): Promise<number[]> => {
      await using node = await startNode({
        imports: [RealtimePrometheusModule.forRoot({ defaultMetrics: false }), RealtimeHealthModule.forRoot({ maxEventLoopDelayMs: 0 })],
        configure: (app) => app.setGlobalPrefix('api', { exclude: excluded }),
      });
      await using peer = await node.connect('/ws');
      await peer.settled();
      const paths = ['/healthz', '/readyz', '/metrics', '/api/healthz', '/api/readyz', '/api/metrics'];
      const statuses: number[] = [];
      for (const path of paths) {
        const response = await fetch(`http://127.0.0.1:${node.port}${path}`);
        // Taken to its end, so that its connection does not keep the server.
        await response.text();
        statuses.push(response.status);
      }
      return statuses;
    };
    expect(await statusesWith(exclude)).toEqual([200, 200, 200, 404, 404, 404]);
    expect(await statusesWith([])).toEqual([404, 404, 404, 200, 200, 200]);
  });
});
