import { PROMETHEUS_DEFAULTS, resolvePrometheusOptions } from './prometheus-options.js';

describe('the options of the metrics', () => {
  it('have defaults; what is undefined counts as left out', () => {
    expect(resolvePrometheusOptions({})).toEqual(PROMETHEUS_DEFAULTS);
    expect(resolvePrometheusOptions({ namespace: undefined, path: false })).toEqual({ ...PROMETHEUS_DEFAULTS, path: false });
  });

  it.each([
    [{ namespace: 'my-app' }, 'namespace'],
    [{ namespace: '' }, 'namespace'],
    [{ latencyBuckets: [] }, 'latencyBuckets'],
    [{ latencyBuckets: [0, 1] }, 'latencyBuckets'],
    [{ latencyBuckets: [1, 1] }, 'latencyBuckets'],
    [{ broadcastBuckets: [2, 1] }, 'broadcastBuckets'],
    [{ broadcastBuckets: [1, Infinity] }, 'broadcastBuckets'],
    [{ path: '' }, 'path'],
    [{ path: true }, 'path'],
    [{ defaultMetrics: 1 }, 'defaultMetrics'],
    [{ isGlobal: 'yes' }, 'isGlobal'],
    [{ registry: {} }, 'registry'],
  ])('refuse %j', (options, name) => {
    expect(() => resolvePrometheusOptions(options as never)).toThrow(name);
  });
});
