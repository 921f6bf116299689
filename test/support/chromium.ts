import { chromium, type Browser } from 'playwright-core';
import { findTool, isRoot } from './debian-tool.js';

/** Time for a `beforeAll` that starts the browser, in ms: on a fresh machine it may have to be installed first. */
export const BROWSER_START_MS = 300_000;

const CHROMIUM = {
  what: 'The browser tests need Chromium',
  variable: 'CHROMIUM',
  commands: ['chromium', 'chromium-browser', 'google-chrome'],
  package: 'chromium',
} as const;

/**
 * A headless browser for tests: `await using browser = await launchChromium();`.
 * @throws {Error} that says what to install, if there is no Chromium and none can be installed.
 */
export function launchChromium(): Promise<Browser> {
  // Chromium refuses its sandbox to root; containers have a small /dev/shm.
  const args = isRoot() ? ['--no-sandbox', '--disable-dev-shm-usage'] : ['--disable-dev-shm-usage'];
  return chromium.launch({ executablePath: findChromium(), headless: true, args });
}

export function findChromium(env: NodeJS.ProcessEnv = process.env): string {
  return findTool(CHROMIUM, env);
}
