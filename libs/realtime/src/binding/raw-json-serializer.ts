/** Keeps finished JSON whole that passes Nest's `ClassSerializerInterceptor`, which makes a plain object of every object of a class. */
import type { NestInterceptor } from '@nestjs/common';
import { ClassSerializerInterceptor } from '@nestjs/common';
import { RawJson } from 'nestjs-realtime-protocol';

/** The same interceptor for handlers of calls; that of the app's routes stays as it is. */
export function keepingRawJson(interceptor: NestInterceptor): NestInterceptor {
  if (!(interceptor instanceof ClassSerializerInterceptor)) return interceptor;
  return Object.create(interceptor, {
    transformToPlain: {
      value: (...args: Parameters<ClassSerializerInterceptor['transformToPlain']>) =>
        args[0] instanceof RawJson ? args[0] : interceptor.transformToPlain(...args),
    },
  }) as NestInterceptor;
}
