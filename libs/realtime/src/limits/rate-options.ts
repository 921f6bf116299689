/** What may be limited, and what is wrong with limits as they were written. */
import type { BucketOptions } from './token-bucket.js';

/** The limit of one method. */
export interface MethodRate extends BucketOptions {
  /** Tokens that one call takes, from this bucket and from every other one that it is charged to. @default 1 */
  readonly cost?: number;
}

/** Rate limits of this node. What is left out is not limited. */
export interface RateOptions {
  /** For each session. */
  readonly session?: BucketOptions;
  /** For all sessions of a user together. */
  readonly user?: BucketOptions;
  /** For all sessions from one address together. */
  readonly address?: BucketOptions;
  /** By name, for each session: a limit of its own, which takes the place of `@RateLimit()`; or false, and the method costs nothing. */
  readonly methods?: Readonly<Record<string, MethodRate | false>>;
  /** A call costs one token more for each so many bytes of its frame, because large params take longer to judge; 0 charges calls only. @default 4_096 */
  readonly bytesPerToken?: number;
  /** How often a session may go on after a refusal; beyond it, it is closed with 4029. */
  readonly strikes?: BucketOptions;
}

export const RATE_DEFAULTS = Object.freeze({ bytesPerToken: 4096 }) satisfies RateOptions;

const MAX_CAPACITY = 1_000_000_000;
// Beyond it the steps of the clock would be coarser than the refill.
const MAX_REFILL = 1_000_000;
const MIN_REFILL = 0.001;

const BUCKET = `capacity: an integer within 1..${MAX_CAPACITY}, refillPerSec: a number within ${MIN_REFILL}..${MAX_REFILL}`;
const NEEDS_BUCKET = `must be { ${BUCKET} }`;
const NEEDS_METHOD_RATE = `must be { ${BUCKET}, cost: an integer within 1..capacity or left out }`;

/** What is wrong with the limit of a bucket; undefined if nothing is. */
export function bucketFault(value: unknown): string | undefined {
  return isBucket(value, ['capacity', 'refillPerSec']) ? undefined : NEEDS_BUCKET;
}

/** What is wrong with the limit of a method; undefined if nothing is. */
export function methodRateFault(value: unknown): string | undefined {
  if (!isBucket(value, ['capacity', 'refillPerSec', 'cost'])) return NEEDS_METHOD_RATE;
  const { capacity, cost } = value as MethodRate;
  // A call that costs more than the bucket can hold would never be served.
  return cost === undefined || isIntegerWithin(cost, 1, capacity) ? undefined : NEEDS_METHOD_RATE;
}

/** What is wrong with limits by the names of methods; undefined if nothing is. */
export function methodRatesFault(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'must be names of methods, each with false or { capacity, refillPerSec, cost }';
  }
  for (const [name, rate] of Object.entries(value)) {
    const fault = rate === false || rate === undefined ? undefined : methodRateFault(rate);
    if (fault !== undefined) return `is wrong at ${JSON.stringify(name)}: it ${fault}, or false`;
  }
  return undefined;
}

function isBucket(value: unknown, members: readonly string[]): value is BucketOptions {
  if (typeof value !== 'object' || value === null) return false;
  const { capacity, refillPerSec } = value as Partial<Record<keyof BucketOptions, unknown>>;
  return (
    Object.keys(value).every((name) => members.includes(name)) &&
    isIntegerWithin(capacity, 1, MAX_CAPACITY) &&
    typeof refillPerSec === 'number' &&
    refillPerSec >= MIN_REFILL &&
    refillPerSec <= MAX_REFILL
  );
}

function isIntegerWithin(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}
