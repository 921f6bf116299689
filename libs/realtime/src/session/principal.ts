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

/** What is wrong with what an authenticator, or other code of the team, says that somebody is; undefined if nothing is. */
export function principalFault(principal: unknown): string | undefined {
  if (typeof principal !== 'object' || principal === null) return `A principal must be an object, got a ${typeof principal}`;
  const { userId, roles, expiresAtMs } = principal as Partial<Record<keyof Principal, unknown>>;
  if (typeof userId !== 'string' || userId === '') return 'A principal needs a userId that is a string and not empty';
  if (roles !== undefined && !(Array.isArray(roles) && roles.every(isText))) return 'The roles of a principal must be an array of strings';
  // A time that cannot be compared would never come.
  if (expiresAtMs !== undefined && (typeof expiresAtMs !== 'number' || Number.isNaN(expiresAtMs)))
    return 'The expiresAtMs of a principal must be a number';
  return undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** True once the sign-in has run out. */
export function isExpired({ expiresAtMs }: Principal, nowMs: number = Date.now()): boolean {
  return expiresAtMs !== undefined && expiresAtMs <= nowMs;
}

/** The kinds of client that a principal may name. */
export const PLATFORM_DEFAULTS: readonly string[] = Object.freeze(['web', 'ios', 'android', 'h5', 'miniapp', 'desktop']);
