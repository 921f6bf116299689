import { resolve } from 'node:path';
import { EndpointDirectory } from 'nestjs-realtime';
import { DemoConfig } from './config/demo-config.js';
import { createDemo } from './create-demo.js';
import { greeting } from './greeting.js';
import { startFailure } from './start-failure.js';

/** Beside the compiled demo, which every build deletes. */
const SECRET_FILE = resolve(import.meta.dirname, '../../../../demo.jwt-secret');

let config: DemoConfig | undefined;
try {
  config = DemoConfig.fromEnv(process.env, SECRET_FILE);
  await start(config);
} catch (error) {
  console.error(startFailure(error, config));
  process.exitCode = 1;
}

async function start(settings: DemoConfig): Promise<void> {
  const app = await createDemo(settings);
  app.enableShutdownHooks();
  try {
    await app.listen(settings.port, settings.host);
  } catch (error) {
    // A port of the module's own may be open by now, and would keep the process alive.
    await app.close();
    throw error;
  }
  console.log(greeting(await app.getUrl(), app.get(EndpointDirectory).at(undefined, 0), settings));
}
