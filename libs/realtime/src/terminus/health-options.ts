/** Where health is asked for, and what counts as healthy. */
import type { WatcherRules } from '../observe/watcher-options.js';
import { CLASS_DECORATORS, PATH_OR_FALSE, checkedOptions } from '../observe/watcher-options.js';

export interface RealtimeHealthOptions {
  /** Liveness. False for none. @default '/healthz' */
  readonly livenessPath?: string | false;
  /** Readiness. False for none. @default '/readyz' */
  readonly readinessPath?: string | false;
  /** Readiness is lost when the event loop is later than this, in ms; 0 never. @default 1_000 */
  readonly maxEventLoopDelayMs?: number;
  /** Put on the classes that serve them: what guards of the app look for, as `SetMetadata('isPublic', true)`. @default [] */
  readonly decorators?: readonly ClassDecorator[];
}

export const HEALTH_DEFAULTS = Object.freeze({
  livenessPath: '/healthz',
  readinessPath: '/readyz',
  maxEventLoopDelayMs: 1_000,
  decorators: [],
}) satisfies Required<RealtimeHealthOptions>;

const RULES: WatcherRules<RealtimeHealthOptions> = {
  livenessPath: PATH_OR_FALSE,
  readinessPath: PATH_OR_FALSE,
  maxEventLoopDelayMs: { isRight: (value) => Number.isFinite(value) && (value as number) >= 0, must: 'must be a number >= 0' },
  decorators: CLASS_DECORATORS,
};

/** Fills in the defaults. @throws {TypeError} that names all wrong options */
export function resolveHealthOptions(options: RealtimeHealthOptions): Required<RealtimeHealthOptions> {
  return { ...HEALTH_DEFAULTS, ...checkedOptions('RealtimeHealthModule', options, RULES) };
}
