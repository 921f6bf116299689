/** A peer cannot make the server keep series: what it invents shares labels. */
import { RealtimePrometheusModule } from 'nestjs-realtime/prometheus';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';
import { MetricsGateway } from './metrics.gateway.js';
import { seriesOf } from './prometheus-text.js';
import { Scrape } from './scrape.js';

const INVENTED = 10_000;

describe('the number of series', () => {
  it('stays what it is after 10,000 invented methods, 10,000 topics and 100 close codes', async () => {
    const imports = [RealtimePrometheusModule.forRoot({ namespace: 'bounded', defaultMetrics: false })];
    const options = { defaultTopicPolicy: 'allow', limits: { topicsPerSession: 1_000 } } as const;
    await using node = await startNode({ providers: [MetricsGateway], imports, options });
    await using peer = await node.connect();
    await peer.result('subscribe', { topics: ['first'] });
    await peer.result('unsubscribe', { topics: ['first'] });
    const before = seriesOf((await Scrape.of(node)).families);

    for (let n = 0; n < INVENTED; n++) peer.notify(n % 2 === 0 ? `method.${n}` : `odd"\n\\{}${n}`);
    for (let n = 0; n < INVENTED; n += 500) {
      const topics = Array.from({ length: 500 }, (_, index) => `topic.${n + index}`);
      await peer.result('subscribe', { topics });
      await peer.result('unsubscribe', { topics });
    }
    const codes = Array.from({ length: 100 }, (_, index) => 3_000 + index * 17);
    for (const code of codes) {
      await using other = await node.connect();
      other.socket.close(code, `reason ${code}`);
      await other.closed;
    }
    await peer.settled();

    const scrape = await eventually(async () => {
      const now = await Scrape.of(node);
      const ended = [...(now.families.get('bounded_disconnects_total')?.samples ?? [])].reduce((sum, { value }) => sum + value, 0);
      expect(ended).toBe(codes.length);
      return now;
    });
    expect(scrape.value('bounded_rpc_requests_total', { method: 'unknown', outcome: 'refused' })).toBe(INVENTED);
    expect(scrape.value('bounded_subscriptions_total')).toBe(INVENTED + 1);
    const heartbeat = '"heartbeat"';
    expect(seriesOf(scrape.families).filter((series) => !series.includes(heartbeat))).toEqual(before);
  });
});
