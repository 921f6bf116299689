import { jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { BUILD_MS, DemoProcess, buildDemo } from '../demo/built-demo.js';
import { BROWSER_START_MS, launchChromium } from '../support/chromium.js';
import { ChatPage, PAGE_TEST_MS } from './chat-page.js';

jest.setTimeout(PAGE_TEST_MS);

/** Without a JWT_SECRET: a development start must know the sign-ins of the one before. */
const ENV = { DEMO_USERS: 'ada:lovelace' };

/** The same server again, at the same port. */
const restart = (demo: DemoProcess, env: Readonly<Record<string, string>> = ENV): Promise<DemoProcess> =>
  DemoProcess.start({ ...env, PORT: String(demo.port) });

describe('the chat page, when the connection ends', () => {
  let browser: Browser;

  beforeAll(async () => {
    buildDemo();
    browser = await launchChromium();
  }, BROWSER_START_MS + BUILD_MS);

  afterAll(() => browser.close());

  it('comes back by itself after a restart, in its rooms, and says which time is missing', async () => {
    await using demo = await DemoProcess.start(ENV);
    await using ada = await ChatPage.signedIn(browser, demo.url, 'ada', 'lovelace');
    await ada.join('tea');
    await ada.say('before the restart');
    await ada.message('before the restart').waitFor();
    await demo.stop('SIGTERM');
    await ada.connection('waiting');
    const words = /^(The server is restarting|The server cannot be reached)\. Next try in \d+ s$/;
    await ada.page.locator('#connection-text').filter({ hasText: words }).waitFor();
    await using again = await restart(demo);
    expect(again.port).toBe(demo.port);
    await ada.connection('open');
    await ada.page
      .getByRole('log', { name: 'Messages in tea' })
      .getByText(/^Messages between .+ and .+ may be missing$/)
      .waitFor();
    await ada.message('before the restart').waitFor();
    await using test = await ChatPage.signedIn(browser, demo.url, 'test');
    await test.join('tea');
    await test.say('after the restart');
    await ada.message('after the restart').waitFor();
    expect(ada.complaints).toEqual([]);
  });

  it('sends what was written meanwhile, and tries at once when asked to', async () => {
    await using demo = await DemoProcess.start(ENV);
    await using ada = await ChatPage.signedIn(browser, demo.url, 'ada', 'lovelace');
    await demo.stop('SIGKILL');
    await ada.connection('waiting');
    await ada.say('written while offline');
    await ada.page.locator('.message[data-status="sending"]').waitFor();
    await using again = await restart(demo);
    expect(again.port).toBe(demo.port);
    // Either the click comes first or the attempt that was due anyway.
    await ada.page
      .getByRole('button', { name: 'Try now' })
      .click({ timeout: 1_000 })
      .catch(() => undefined);
    await ada.message('written while offline').waitFor();
    expect(await ada.message('written while offline').count()).toBe(1);
    await ada.connection('open');
  });

  it('never waits longer than five seconds for the next try', async () => {
    await using demo = await DemoProcess.start(ENV);
    await using ada = await ChatPage.signedIn(browser, demo.url, 'ada', 'lovelace');
    // The longest wait that chance allows.
    await ada.page.evaluate(() => (Math.random = () => 1));
    await demo.stop('SIGKILL');
    const words = ada.page.locator('#connection-text');
    const waits: number[] = [];
    while (waits.length < 8) {
      await words.filter({ hasText: /Next try in \d+ s/ }).waitFor();
      const seconds = /Next try in (\d+) s/.exec((await words.textContent()) ?? '')?.[1];
      // Between two looks the page may have begun to try by itself.
      if (seconds !== undefined) waits.push(Number(seconds));
      await ada.page
        .getByRole('button', { name: 'Try now' })
        .click({ timeout: 1_000 })
        .catch(() => undefined);
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(5);
  });

  it('asks to sign in again when the token is no longer good', async () => {
    await using demo = await DemoProcess.start(ENV);
    await using ada = await ChatPage.signedIn(browser, demo.url, 'ada', 'lovelace');
    await demo.stop('SIGKILL');
    await using again = await restart(demo, { ...ENV, JWT_SECRET: 'another one' });
    expect(again.port).toBe(demo.port);
    await ada.page.getByRole('alert').filter({ hasText: 'The server no longer knows your sign-in. Please sign in again.' }).waitFor();
    await ada.signIn('ada', 'lovelace');
    await ada.say('hello again');
    await ada.message('hello again').waitFor();
  });

  it('stays away when an administrator kicks, says why, and comes back when asked to', async () => {
    await using demo = await DemoProcess.start(ENV);
    await using ada = await ChatPage.signedIn(browser, demo.url, 'ada', 'lovelace');
    await using admin = await ChatPage.signedIn(browser, demo.url, 'admin');
    await ada.say('/kick admin because I can');
    await ada.page.getByRole('alert').filter({ hasText: 'Only an administrator may do this' }).waitFor();
    await admin.say('/kick ada too much spam');
    await admin.page.getByText('ada was sent away (1 session)').waitFor();
    await ada.connection('closed');
    await ada.page.getByRole('alert').filter({ hasText: 'You were sent away: too much spam' }).waitFor();
    expect(await ada.page.locator('#connection-text').textContent()).toBe('An administrator sent you away');
    await ada.say('still there?');
    await ada.page.locator('.message[data-status="failed"]').waitFor();
    await ada.page.getByRole('button', { name: 'Connect again' }).click();
    await ada.connection('open');
    await ada.page.getByRole('button', { name: 'Send again' }).click();
    await admin.message('still there?').waitFor();
  });

  it('says so when nobody answers at all', async () => {
    await using demo = await DemoProcess.start(ENV);
    await using chat = await ChatPage.open(browser, demo.url, { signedOut: true });
    await demo.stop('SIGKILL');
    await chat.tryToSignIn('ada', 'lovelace');
    await chat.connection('waiting');
    await using again = await restart(demo);
    expect(again.port).toBe(demo.port);
    await chat.page.locator('.room[aria-current="true"]').waitFor();
  });
});
