/** How the metrics are named, cut and served. */
import type { WatcherRule, WatcherRules } from '../observe/watcher-options.js';
import { CLASS_DECORATORS, PATH_OR_FALSE, TRUE_OR_FALSE, checkedOptions } from '../observe/watcher-options.js';

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
  /** Put on the class that serves them: what guards of the app look for, as `SetMetadata('isPublic', true)`. @default [] */
  readonly decorators?: readonly ClassDecorator[];
}

export const PROMETHEUS_DEFAULTS = Object.freeze({
  namespace: 'realtime',
  latencyBuckets: Object.freeze([0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]),
  broadcastBuckets: Object.freeze([0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1]),
  path: '/metrics',
  defaultMetrics: true,
  isGlobal: false,
  decorators: [],
}) satisfies Required<RealtimePrometheusOptions>;

const BOUNDS: WatcherRule = { isRight: areBounds, must: 'must be numbers of seconds above 0, each larger than the one before' };

const RULES: WatcherRules<RealtimePrometheusOptions> = {
  namespace: {
    isRight: (value) => typeof value === 'string' && /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(value),
    must: 'must be a name of Prometheus',
  },
  latencyBuckets: BOUNDS,
  broadcastBuckets: BOUNDS,
  path: PATH_OR_FALSE,
  defaultMetrics: TRUE_OR_FALSE,
  isGlobal: TRUE_OR_FALSE,
  decorators: CLASS_DECORATORS,
};

/** Fills in the defaults. @throws {TypeError} that names all wrong options */
export function resolvePrometheusOptions(options: RealtimePrometheusOptions): Required<RealtimePrometheusOptions> {
  return { ...PROMETHEUS_DEFAULTS, ...checkedOptions('RealtimePrometheusModule', options, RULES) };
}

function areBounds(bounds: unknown): boolean {
  if (!Array.isArray(bounds) || bounds.length === 0) return false;
  return bounds.every((bound, index) => Number.isFinite(bound) && bound > (index === 0 ? 0 : (bounds[index - 1] as number)));
}
