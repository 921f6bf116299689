import type { OnApplicationShutdown } from '@nestjs/common';
import type { OpenBroker } from './pubsub.js';

/** Ends the demo's connection to its broker, when the module has let go of it. */
export class BrokerEnd implements OnApplicationShutdown {
  constructor(private readonly broker: OpenBroker | undefined) {}

  async onApplicationShutdown(): Promise<void> {
    await this.broker?.close();
  }
}
