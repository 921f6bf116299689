/** How messages are compressed for peers that agree to it. */

export interface CompressionOptions {
  /** Messages with fewer bytes are sent as they are. @default 1024 */
  readonly thresholdBytes?: number;
  /** From 1 (fast) to 9 (small). @default 3 */
  readonly level?: number;
  /**
   * Largest window of both sides, as a power of two; a smaller one costs less memory and compresses less.
   * @default 15
   * @see RFC 7692 §7.1.2
   */
  readonly windowBits?: number;
}

export const COMPRESSION_DEFAULTS = Object.freeze({
  thresholdBytes: 1024,
  level: 3,
  windowBits: 15,
}) satisfies Required<CompressionOptions>;

/** With the defaults in the place of what is left out or undefined. */
export function completeCompression({
  thresholdBytes = COMPRESSION_DEFAULTS.thresholdBytes,
  level = COMPRESSION_DEFAULTS.level,
  windowBits = COMPRESSION_DEFAULTS.windowBits,
}: CompressionOptions): Required<CompressionOptions> {
  return { thresholdBytes, level, windowBits };
}

const RANGES: Readonly<Record<keyof CompressionOptions, readonly [min: number, max: number]>> = Object.freeze({
  thresholdBytes: [1, 2 ** 31 - 1],
  level: [1, 9],
  windowBits: [9, 15],
});

/** What is wrong with the option `compression`. */
export function compressionFault(value: unknown): string | undefined {
  if (typeof value === 'boolean') return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be true, false or an object';
  const faults = Object.entries(value).flatMap(([name, given]: [string, unknown]) => {
    if (!Object.hasOwn(RANGES, name)) return [`${name} is not an option; known here: ${Object.keys(RANGES).join(', ')}`];
    const [min, max] = RANGES[name as keyof CompressionOptions];
    const good = given === undefined || (Number.isInteger(given) && (given as number) >= min && (given as number) <= max);
    return good ? [] : [`${name} must be an integer within ${min}..${max}`];
  });
  return faults.length === 0 ? undefined : `must be in order: ${faults.join('; ')}`;
}
