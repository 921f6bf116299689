/** The demo's settings, read from the environment and checked at boot. */
import { demoRealtimeOptions } from './demo-realtime-options.js';
import type { DemoRealtimeOptions } from './demo-realtime-options.js';
import { parseDemoUsers } from './demo-users.js';
import type { UserAccount } from './demo-users.js';
import { readJwtSecret } from './jwt-secret.js';
import type { JwtSecret } from './jwt-secret.js';
import { readPubSub } from './pubsub.js';
import type { PubSubSettings } from './pubsub.js';
import { readTlsFiles } from './tls-files.js';
import type { TlsFiles } from './tls-files.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings that cannot work; all that are wrong are named. */
export class DemoConfigError extends Error {
  override readonly name = 'DemoConfigError';
  constructor(readonly faults: readonly string[]) {
    super(`The demo cannot start:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

export class DemoConfig {
  private constructor(
    readonly port: number,
    readonly host: string,
    /** Signs the tokens of those who signed in. */
    readonly jwtSecret: JwtSecret,
    readonly users: readonly UserAccount[],
    readonly realtime: DemoRealtimeOptions,
    /** Undefined: no TLS. */
    readonly tls: TlsFiles | undefined,
    /** Undefined: this node is alone. */
    readonly pubsub: PubSubSettings | undefined,
  ) {}

  /**
   * `PORT` (3000), `HOST` (127.0.0.1), `JWT_SECRET` (a random one), `DEMO_USERS` (none beside test and admin), `WS_TLS_CERT` and `WS_TLS_KEY` (no
   * TLS), the other nodes as in `readPubSub`, and all options of the realtime module. `WS_PORT` is the same as `PORT`.
   * @param secretFile where a secret that is not set is kept for the next start, unless `NODE_ENV` is `production`
   * @throws {DemoConfigError}
   */
  static fromEnv(env: Environment, secretFile?: string): DemoConfig {
    const port = env.PORT || env.WS_PORT || '3000';
    const host = env.HOST || '127.0.0.1';
    const { users, faults } = parseDemoUsers(env.DEMO_USERS ?? '');
    const { tls, faults: tlsFaults } = readTlsFiles(env.WS_TLS_CERT ?? '', env.WS_TLS_KEY ?? '');
    const realtime = demoRealtimeOptions(env, { port, host, hasTls: Boolean(env.WS_TLS_CERT) });
    const { pubsub, faults: pubsubFaults } = readPubSub(env);
    const all = [...portFaults(port), ...faults, ...tlsFaults, ...pubsubFaults, ...realtime.faults];
    if (all.length > 0) throw new DemoConfigError(all);
    return new DemoConfig(Number(port), host, readJwtSecret(env, secretFile), users, realtime.options, tls, pubsub);
  }
}

function portFaults(port: string): string[] {
  return /^\d+$/.test(port) && Number(port) <= 65_535 ? [] : [`PORT must be a whole number within 0..65535, got ${JSON.stringify(port)}`];
}
