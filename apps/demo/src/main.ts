import { NestFactory } from '@nestjs/core';
import { DemoModule } from './demo.module.js';

const app = await NestFactory.create(DemoModule);
app.enableShutdownHooks();
await app.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? '127.0.0.1');
console.log(`Chat page: ${await app.getUrl()}/`);
