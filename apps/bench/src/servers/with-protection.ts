/** Our server with one protection switched on, to see what it costs. The name of the protection is the last argument of the process. */
import type { CanActivate, ModuleMetadata } from '@nestjs/common';
import { Injectable, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { RealtimeOptions } from 'nestjs-realtime';
import { RealtimeModule } from 'nestjs-realtime';
import { RealtimePrometheusModule } from 'nestjs-realtime/prometheus';
import { BenchMethods } from '../bench.methods.js';
import { BENCH_OPTIONS } from '../bench.module.js';

@Injectable()
class OpenGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

interface Protection {
  readonly options?: RealtimeOptions;
  readonly parts?: ModuleMetadata;
}

/** So much that nothing is refused: what is measured is the checking. */
const PLENTY = Object.freeze({ capacity: 1e9, refillPerSec: 1e6 });

const PROTECTIONS: Readonly<Record<string, Protection>> = {
  'rate-limits': { options: { rate: { session: PLENTY, user: PLENTY, address: PLENTY, strikes: PLENTY } } },
  metrics: { parts: { imports: [RealtimePrometheusModule.forRoot()] } },
  guard: { parts: { providers: [{ provide: APP_GUARD, useClass: OpenGuard }] } },
};

const name = process.argv.at(-1) ?? '';
const protection = PROTECTIONS[name];
if (!protection) throw new TypeError(`There is no protection ${name}; there are ${Object.keys(PROTECTIONS).join(', ')}`);
const { options = {}, parts = {} } = protection;

class ProtectedModule {}
Module({
  imports: [RealtimeModule.forRoot({ ...BENCH_OPTIONS, ...options, isGlobal: true }), ...(parts.imports ?? [])],
  providers: [BenchMethods, ...(parts.providers ?? [])],
})(ProtectedModule);

const app = await NestFactory.create(ProtectedModule, { logger: ['error', 'warn'] });
await app.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? '127.0.0.1');
console.log(`listening on ${await app.getUrl()}`);
