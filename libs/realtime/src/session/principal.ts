/** Who a session is. */
export interface Principal {
  readonly userId: string;
  /** The kind of client, one of the option `platforms`. */
  readonly platform?: string;
  readonly roles?: readonly string[];
  /** When the sign-in runs out, as a Unix time in ms; absent if it does not. */
  readonly expiresAtMs?: number;
  /** Whatever else the team knows of the user. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** True once the sign-in has run out. */
export function isExpired({ expiresAtMs }: Principal, nowMs: number = Date.now()): boolean {
  return expiresAtMs !== undefined && expiresAtMs <= nowMs;
}

/** The kinds of client that a principal may name. */
export const PLATFORM_DEFAULTS: readonly string[] = Object.freeze(['web', 'ios', 'android', 'h5', 'miniapp', 'desktop']);
