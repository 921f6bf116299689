/** Who is there in a topic, and what the others may know of it. */
import type { Session } from '../session/session.js';

export interface PresenceOptions {
  /**
   * Who a session is in the topic: sessions with one answer are one member; without an answer it is none. Asked when it joins and when it signs in anew.
   * @default the id of the user
   */
  readonly by?: (session: Session) => string | null | undefined;
  /** How long a member stays that has gone without a goodbye, in ms: whoever comes back within it has not been away. @default 5_000 */
  readonly graceMs?: number;
  /** What others may read of a member, at most 1,024 bytes of JSON. Asked for the session that comes first. @default nothing */
  readonly attributes?: (session: Session) => Readonly<Record<string, unknown>> | undefined;
  /** What the sessions of the topic are told when somebody comes or goes: who, how many there are, or nothing. @default 'members' */
  readonly announce?: 'members' | 'count' | false;
}

export type ResolvedPresence = Required<Omit<PresenceOptions, 'attributes'>> & Pick<PresenceOptions, 'attributes'>;

export const PRESENCE_DEFAULTS: ResolvedPresence = Object.freeze({
  by: (session) => session.principal?.userId,
  graceMs: 5_000,
  announce: 'members',
});

const MAX_GRACE_MS = 3_600_000;
const ANNOUNCEMENTS: readonly unknown[] = ['members', 'count', false];

/** @returns undefined where nobody keeps who is there */
export function completePresence(value: boolean | PresenceOptions | undefined): ResolvedPresence | undefined {
  if (value === undefined || value === false) return undefined;
  if (value === true) return PRESENCE_DEFAULTS;
  const given = Object.entries(value).filter(([, option]) => option !== undefined);
  return { ...PRESENCE_DEFAULTS, ...(Object.fromEntries(given) as PresenceOptions) };
}

/** @param name of the option, for messages */
export function presenceFaults(name: string, value: unknown): string[] {
  if (value === undefined || typeof value === 'boolean') return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${name} must be true, false or an object`];
  const { by, graceMs, attributes, announce, ...unknown } = value as Record<string, unknown>;
  const faults = Object.keys(unknown).map((option) => `${name}.${option} is not an option; known here: by, graceMs, attributes, announce`);
  if (by !== undefined && typeof by !== 'function') faults.push(`${name}.by must be a function`);
  if (attributes !== undefined && typeof attributes !== 'function') faults.push(`${name}.attributes must be a function`);
  if (graceMs !== undefined && !(Number.isInteger(graceMs) && (graceMs as number) >= 0 && (graceMs as number) <= MAX_GRACE_MS))
    faults.push(`${name}.graceMs must be an integer within 0..${MAX_GRACE_MS}`);
  if (announce !== undefined && !ANNOUNCEMENTS.includes(announce)) faults.push(`${name}.announce must be one of members, count, false`);
  return faults;
}
