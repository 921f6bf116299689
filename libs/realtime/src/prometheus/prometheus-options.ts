/** How the metrics are named, cut and served. */

export interface RealtimePrometheusOptions {
  /** What the names of the metrics begin with. @default 'realtime' */
  readonly namespace?: string;
  /** Upper bounds of `message_latency_seconds`, in seconds. @default 0.0005 to 10 */
  readonly latencyBuckets?: readonly number[];
  /** Upper bounds of `broadcast_duration_seconds`, in seconds. @default 0.0001 to 1 */
  readonly broadcastBuckets?: readonly number[];
  /** Where the metrics are served; false for nowhere. Not used if the app has a `PrometheusModule`: that one serves them. @default '/metrics' */
  readonly path?: string | false;
  /** Collect the metrics of the process too, unless somebody does already. @default true */
  readonly defaultMetrics?: boolean;
  /** Lets `@InjectMetric()` find the metrics in all modules of the app. @default false */
  readonly isGlobal?: boolean;
}

export const PROMETHEUS_DEFAULTS = Object.freeze({
  namespace: 'realtime',
  latencyBuckets: Object.freeze([0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]),
  broadcastBuckets: Object.freeze([0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1]),
  path: '/metrics',
  defaultMetrics: true,
  isGlobal: false,
}) satisfies Required<RealtimePrometheusOptions>;

/** Fills in the defaults. @throws {TypeError} that names the first wrong option */
export function resolvePrometheusOptions(options: RealtimePrometheusOptions): Required<RealtimePrometheusOptions> {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(PROMETHEUS_DEFAULTS, name));
  const resolved: Required<RealtimePrometheusOptions> = { ...PROMETHEUS_DEFAULTS, ...given };
  const { namespace, latencyBuckets, broadcastBuckets, path, defaultMetrics, isGlobal } = resolved;
  check(unknown.length === 0, `has no option ${unknown.join(', ')}`);
  check(typeof namespace === 'string' && /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(namespace), 'namespace must be a name of Prometheus');
  check(areBounds(latencyBuckets), 'latencyBuckets must be numbers of seconds above 0, each larger than the one before');
  check(areBounds(broadcastBuckets), 'broadcastBuckets must be numbers of seconds above 0, each larger than the one before');
  check(path === false || (typeof path === 'string' && path !== ''), 'path must be a path or false');
  check(typeof defaultMetrics === 'boolean', 'defaultMetrics must be true or false');
  check(typeof isGlobal === 'boolean', 'isGlobal must be true or false');
  return resolved;
}

function check(isRight: boolean, rule: string): void {
  if (!isRight) throw new TypeError(`RealtimePrometheusModule: ${rule}`);
}

function areBounds(bounds: unknown): boolean {
  if (!Array.isArray(bounds) || bounds.length === 0) return false;
  return bounds.every((bound, index) => Number.isFinite(bound) && bound > (index === 0 ? 0 : (bounds[index - 1] as number)));
}
