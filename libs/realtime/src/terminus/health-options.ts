/** Where health is asked for, and what counts as healthy. */

export interface RealtimeHealthOptions {
  /** Liveness. False for none. @default '/healthz' */
  readonly livenessPath?: string | false;
  /** Readiness. False for none. @default '/readyz' */
  readonly readinessPath?: string | false;
  /** Readiness is lost when the event loop is later than this, in ms; 0 never. @default 1_000 */
  readonly maxEventLoopDelayMs?: number;
}

export const HEALTH_DEFAULTS = Object.freeze({
  livenessPath: '/healthz',
  readinessPath: '/readyz',
  maxEventLoopDelayMs: 1_000,
}) satisfies Required<RealtimeHealthOptions>;

/** Fills in the defaults. @throws {TypeError} that names the first wrong option */
export function resolveHealthOptions(options: RealtimeHealthOptions): Required<RealtimeHealthOptions> {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(HEALTH_DEFAULTS, name));
  const resolved: Required<RealtimeHealthOptions> = { ...HEALTH_DEFAULTS, ...given };
  const { livenessPath, readinessPath, maxEventLoopDelayMs } = resolved;
  check(unknown.length === 0, `has no option ${unknown.join(', ')}`);
  check(isPath(livenessPath), 'livenessPath must be a path or false');
  check(isPath(readinessPath), 'readinessPath must be a path or false');
  check(Number.isFinite(maxEventLoopDelayMs) && maxEventLoopDelayMs >= 0, 'maxEventLoopDelayMs must be a number >= 0');
  return resolved;
}

function check(isRight: boolean, rule: string): void {
  if (!isRight) throw new TypeError(`RealtimeHealthModule: ${rule}`);
}

function isPath(path: unknown): boolean {
  return path === false || (typeof path === 'string' && path !== '');
}
