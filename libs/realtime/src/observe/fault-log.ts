/** Logs what failed on the server's side, and tells the observers. */
import { Logger } from '@nestjs/common';
import { faultText } from './fault-text.js';
import type { Observers } from './observers.js';

export class FaultLog {
  constructor(
    private readonly observers: Observers,
    private readonly logger: Logger = new Logger('RealtimeModule'),
  ) {}

  /** @param what failed, in a few words of ours */
  report(what: string, fault: unknown): void {
    const { text, stack } = faultText(fault);
    this.logger.error(`${what}: ${text}`, stack);
    if (this.observers.hears('fault')) this.observers.tell('fault', { what, error: fault });
  }
}
