/** The demo's settings, read from the environment and checked at boot. */
import { RealtimeConfigError, realtimeOptionsFromEnv } from 'nestjs-realtime';
import type { RealtimeOptions } from 'nestjs-realtime';
import { parseDemoUsers } from './demo-users.js';
import type { UserAccount } from './demo-users.js';
import { readJwtSecret } from './jwt-secret.js';
import type { JwtSecret } from './jwt-secret.js';
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
    /** What the environment says of the realtime module. */
    readonly realtime: RealtimeOptions,
    /** Undefined: no TLS. */
    readonly tls: TlsFiles | undefined,
  ) {}

  /**
   * `PORT` (3000), `HOST` (127.0.0.1), `JWT_SECRET` (a random one), `DEMO_USERS` (none beside test and admin), `WS_TLS_CERT` and `WS_TLS_KEY` (no
   * TLS), and all that {@link realtimeOptionsFromEnv} reads.
   * @param secretFile where a secret that is not set is kept for the next start, unless `NODE_ENV` is `production`
   * @throws {DemoConfigError}
   */
  static fromEnv(env: Environment, secretFile?: string): DemoConfig {
    const port = env.PORT || '3000';
    const { users, faults } = parseDemoUsers(env.DEMO_USERS ?? '');
    const realtime = readRealtimeOptions(env);
    const { tls, faults: tlsFaults } = readTlsFiles(env.WS_TLS_CERT ?? '', env.WS_TLS_KEY ?? '');
    const all = [...portFaults(port), ...faults, ...tlsFaults, ...realtime.faults];
    if (all.length > 0) throw new DemoConfigError(all);
    return new DemoConfig(Number(port), env.HOST || '127.0.0.1', readJwtSecret(env, secretFile), users, realtime.options, tls);
  }
}

function readRealtimeOptions(env: Environment): { readonly options: RealtimeOptions; readonly faults: readonly string[] } {
  try {
    return { options: realtimeOptionsFromEnv(env), faults: [] };
  } catch (error) {
    if (!(error instanceof RealtimeConfigError)) throw error;
    // Translated: its faults are named together with those of the demo's own variables.
    return { options: {}, faults: error.faults };
  }
}

function portFaults(port: string): string[] {
  return /^\d+$/.test(port) && Number(port) <= 65_535 ? [] : [`PORT must be a whole number within 0..65535, got ${JSON.stringify(port)}`];
}
