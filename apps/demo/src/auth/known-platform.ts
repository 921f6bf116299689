import { Injectable } from '@nestjs/common';
import { RpcError } from 'nestjs-realtime';
import { DemoConfig } from '../config/demo-config.js';

/** Which kinds of client may sign in: those of the option `platforms`. */
@Injectable()
export class KnownPlatform {
  private readonly names: readonly string[];

  constructor({ realtime }: DemoConfig) {
    this.names = realtime.platforms;
  }

  /** True also for a client that does not say what it is. */
  has(platform: string | undefined): boolean {
    return platform === undefined || this.names.includes(platform);
  }

  /** @throws {RpcError} InvalidParams, as for any rule that a param breaks */
  check(platform: string | undefined): void {
    if (this.has(platform)) return;
    const sentence = `platform must be one of the following values: ${this.names.join(', ')}`;
    throw RpcError.of('InvalidParams', undefined, { errors: [{ path: 'platform', constraints: { isIn: sentence } }] });
  }
}
