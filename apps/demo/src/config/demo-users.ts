/** The accounts of the demo: two that everybody knows, and those that `DEMO_USERS` adds. */

export const ROLES = Object.freeze(['admin'] as const);
export type Role = (typeof ROLES)[number];

export interface UserAccount {
  readonly userId: string;
  readonly password: string;
  readonly roles: readonly Role[];
}

export const WELL_KNOWN_PASSWORD = '123456';

const WELL_KNOWN: readonly UserAccount[] = [
  { userId: 'test', password: WELL_KNOWN_PASSWORD, roles: [] },
  { userId: 'admin', password: WELL_KNOWN_PASSWORD, roles: ['admin'] },
];

/** True for an account whose password is on every page about the demo. */
export function isWellKnown(account: UserAccount): boolean {
  return WELL_KNOWN.includes(account);
}

const USER_ID = /^[\p{L}\p{N}._-]{1,32}$/u;
const MIN_PASSWORD_LENGTH = 6;
// auth.login takes no longer one.
const MAX_PASSWORD_LENGTH = 256;

/**
 * Reads `name:password` or `name:password:role+role`, separated by commas. In a password `%3A` stands for a colon, `%2C` for a comma
 * and `%25` for a percent sign. An account named like one of the well-known ones takes its place.
 * @returns all accounts, and what is wrong, one sentence for each fault; passwords are never quoted
 */
export function parseDemoUsers(text: string): { users: readonly UserAccount[]; faults: readonly string[] } {
  const faults: string[] = [];
  const added = new Map<string, UserAccount>();
  const entries = text === '' ? [] : text.split(',');
  for (const [index, entry] of entries.entries()) {
    const account = parseEntry(entry.trim(), (fault) => faults.push(`DEMO_USERS, entry ${index + 1}: ${fault}`));
    if (!account) continue;
    if (added.has(account.userId)) faults.push(`DEMO_USERS, entry ${index + 1}: ${account.userId} is there twice`);
    added.set(account.userId, account);
  }
  return { users: [...WELL_KNOWN.filter(({ userId }) => !added.has(userId)), ...added.values()], faults };
}

function parseEntry(entry: string, fault: (sentence: string) => void): UserAccount | undefined {
  const [userId = '', encoded, roleText = '', ...rest] = entry.split(':');
  if (encoded === undefined || rest.length > 0) {
    fault('must be name:password or name:password:role');
    return undefined;
  }
  if (!USER_ID.test(userId)) fault('the name must have 1 to 32 letters, digits, dots, dashes or underscores');
  const password = decode(encoded);
  if (password === undefined) fault('the password holds a percent sign that begins no escape; write %25');
  else if (password.length < MIN_PASSWORD_LENGTH || password.length > MAX_PASSWORD_LENGTH)
    fault(`the password must have ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters`);
  const roles = roleText === '' ? [] : roleText.split('+');
  // Not quoted: behind a colon that was not escaped it is the rest of a password.
  if (!roles.every(isRole)) fault(`behind the second colon are roles, and the known ones are ${ROLES.join(', ')}; in a password write %3A`);
  return { userId, password: password ?? '', roles: roles.filter(isRole) };
}

function isRole(name: string): name is Role {
  return (ROLES as readonly string[]).includes(name);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // Translated: the caller says which entry it is.
    return undefined;
  }
}
