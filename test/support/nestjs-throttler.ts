/** `@nestjs/throttler` for Jest. */
import * as nestCommon from '@nestjs/common';
import * as nestCore from '@nestjs/core';
import { cjsOfNest } from './cjs-of-nest.js';

type Package = typeof import('@nestjs/throttler');

export const { SkipThrottle, Throttle, ThrottlerGuard, ThrottlerModule } = cjsOfNest('@nestjs/throttler/dist/index.js', {
  '@nestjs/common': nestCommon,
  '@nestjs/core': nestCore,
}) as Package;
