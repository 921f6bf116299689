/** Keeps what an app logs, one line for each entry. */
import type { LoggerService } from '@nestjs/common';

export class CollectingLogger implements LoggerService {
  readonly errors: string[] = [];
  /** Everything, errors included. */
  readonly lines: string[] = [];

  log(...entry: readonly unknown[]): void {
    this.lines.push(entry.map(String).join(' '));
  }

  warn(...entry: readonly unknown[]): void {
    this.log(...entry);
  }

  debug(...entry: readonly unknown[]): void {
    this.log(...entry);
  }

  verbose(...entry: readonly unknown[]): void {
    this.log(...entry);
  }

  error(...entry: readonly unknown[]): void {
    this.errors.push(entry.map(String).join(' '));
    this.log(...entry);
  }
}
