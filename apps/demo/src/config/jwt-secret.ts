/** The secret that signs the demo's tokens: set, kept in a file from one start to the next, or made for one start only. */
import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

export interface JwtSecret {
  readonly text: string;
  /** `start`: made for this start only, older tokens are void. */
  readonly from: 'environment' | 'file' | 'start';
}

type Environment = Readonly<Record<string, string | undefined>>;

const SECRET = /^[\w-]{43}$/;

/** @param file where a development start keeps its secret; without it, and in production, nothing is kept */
export function readJwtSecret(env: Environment, file?: string): JwtSecret {
  if (env.JWT_SECRET) return { text: env.JWT_SECRET, from: 'environment' };
  const kept = file === undefined || env.NODE_ENV === 'production' ? undefined : keptIn(file);
  return kept === undefined ? { text: makeSecret(), from: 'start' } : { text: kept, from: 'file' };
}

/** @returns undefined if the file cannot be made, or if somebody else may have seen or written it */
function keptIn(file: string): string | undefined {
  try {
    makeOnce(file);
    if (!isOwnAlone(file)) return undefined;
    const text = readFileSync(file, 'utf8');
    return SECRET.test(text) ? text : undefined;
  } catch {
    // Survived: a folder that cannot be written is no reason not to start.
    return undefined;
  }
}

/** Written aside and linked, so that of two starts at once neither reads a half and both read the same. */
function makeOnce(file: string): void {
  const aside = `${file}.${process.pid}`;
  if (lstatSync(file, { throwIfNoEntry: false })) return;
  try {
    writeFileSync(aside, makeSecret(), { mode: 0o600, flag: 'wx' });
    linkSync(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // Survived: another start was first, and its secret is as good.
  } finally {
    rmSync(aside, { force: true });
  }
}

function isOwnAlone(file: string): boolean {
  // Not where a link leads: a link is no file of ours.
  const stats = lstatSync(file);
  // Windows has neither owners nor modes of this kind.
  return stats.isFile() && (process.getuid === undefined || (stats.uid === process.getuid() && (stats.mode & 0o077) === 0));
}

function makeSecret(): string {
  return randomBytes(32).toString('base64url');
}
