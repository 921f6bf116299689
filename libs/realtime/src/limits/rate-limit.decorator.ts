/** Limits how often one session may call a method. */
import { SetMetadata } from '@nestjs/common';
import type { MethodRate } from './rate-options.js';

export const RATE_LIMIT_METADATA = 'nestjs-realtime:rate-limit';

/**
 * On a method, or on a class for each of its methods. Every session has a bucket of its own for every method; the limits of the option
 * `rate` count as well. What `rate.methods` says of the name takes the place of this.
 */
export function RateLimit(rate: MethodRate): MethodDecorator & ClassDecorator {
  return SetMetadata(RATE_LIMIT_METADATA, rate);
}
