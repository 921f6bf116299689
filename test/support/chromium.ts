import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/** Time for a `beforeAll` that starts the browser, in ms: on a fresh machine it may have to be installed first. */
export const BROWSER_START_MS = 300_000;

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * A headless browser for tests: `await using browser = await launchChromium();`.
 * @throws {Error} that says what to install, if there is no Chromium and none can be installed.
 */
export function launchChromium(): Promise<Browser> {
  // Chromium refuses its sandbox to root; containers have a small /dev/shm.
  const args = isRoot() ? ['--no-sandbox', '--disable-dev-shm-usage'] : ['--disable-dev-shm-usage'];
  return chromium.launch({ executablePath: findChromium(), headless: true, args });
}

/** The browser named by `CHROMIUM`, else one on the PATH, else (as root on Debian or Ubuntu) a freshly installed one. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string {
  const found = env.CHROMIUM || onPath(env) || (installFromDebian() && onPath(env));
  if (found) return found;
  throw new Error(
    'The browser tests need Chromium: install it ("apt-get install chromium", "brew install --cask chromium") or set CHROMIUM to its path.',
  );
}

function onPath(env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env.PATH ?? '').split(delimiter);
  return COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function installFromDebian(): boolean {
  if (!isRoot() || !isExecutable('/usr/bin/apt-get')) return false;
  const options = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
  try {
    execFileSync('apt-get', ['update'], options);
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], options);
    return true;
  } catch {
    return false; // no network or no such package: the caller says what to do
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
