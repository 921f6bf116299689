/** Which Node a binary is. */
import { spawnSync } from 'node:child_process';

/** @returns as `v24.21.0` @throws {Error} if it is no Node or cannot run */
export function nodeVersion(binary: string): string {
  if (binary === process.execPath) return process.version;
  const { stdout, error } = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  const version = stdout?.trim() ?? '';
  if (!/^v\d+\.\d+\.\d+/.test(version)) throw new Error(`${binary} is no Node that runs here`, { cause: error });
  return version;
}
