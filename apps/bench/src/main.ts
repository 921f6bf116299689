/** The server under test: an ordinary Nest app with the module in it. `PORT` and `HOST` say where, the path is `/ws`. */
import { NestFactory } from '@nestjs/core';
import { BenchModule } from './bench.module.js';

const app = await NestFactory.create(BenchModule, { logger: ['error', 'warn'] });
await app.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? '127.0.0.1');
console.log(`listening on ${await app.getUrl()}`);
