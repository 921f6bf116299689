/** The chat page of a server that is not as it comes: another path, a port of its own, other names, other accounts. */
import { jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { BUILD_MS, DemoProcess, buildDemo } from '../demo/built-demo.js';
import { freePort } from '../nest/free-port.js';
import { BROWSER_START_MS, launchChromium } from '../support/chromium.js';
import { ChatPage, PAGE_TEST_MS } from './chat-page.js';

jest.setTimeout(PAGE_TEST_MS);

describe('the chat page, with settings of the operator', () => {
  let browser: Browser;

  beforeAll(async () => {
    buildDemo();
    browser = await launchChromium();
  }, BROWSER_START_MS + BUILD_MS);

  afterAll(() => browser.close());

  const talk = async (demo: DemoProcess): Promise<void> => {
    await using chat = await ChatPage.open(browser, demo.url);
    await chat.say('hello there');
    await chat.message('hello there').waitFor();
    expect(chat.complaints).toEqual([]);
  };

  it('finds sessions at another path, and methods under other names', async () => {
    await using demo = await DemoProcess.start({
      REALTIME_PATH: '/socket/:tenant',
      REALTIME_METHODS_SUBSCRIBE: 'topics.join',
      REALTIME_METHODS_UNSUBSCRIBE: 'topics.leave',
    });
    await talk(demo);
  });

  it('finds sessions at a port of their own', async () => {
    await using demo = await DemoProcess.start({ REALTIME_PORT: String(await freePort()) });
    await talk(demo);
  });

  it('signs in where the web is no platform', async () => {
    await using demo = await DemoProcess.start({ REALTIME_PLATFORMS: 'tv' });
    await talk(demo);
  });

  it('offers the accounts that everybody knows, and fills in the one that is chosen', async () => {
    await using demo = await DemoProcess.start({ DEMO_USERS: 'test:a-better-one' });
    await using chat = await ChatPage.open(browser, demo.url, { signedOut: true });
    const offer = await chat.page.locator('#well-known').innerText();
    expect(offer.replaceAll(/\s+/g, ' ').trim()).toBe('To try it, sign in with the password 123456 as admin');
    await chat.page.getByLabel('User name').fill('somebody');
    await chat.page.getByRole('button', { name: 'admin' }).click();
    expect(await chat.page.getByLabel('User name').inputValue()).toBe('admin');
    await chat.page.keyboard.press('Enter');
    await chat.page.getByText('admin (admin)').waitFor();
  });

  it('offers nothing where every password was changed', async () => {
    await using demo = await DemoProcess.start({ DEMO_USERS: 'test:a-better-one,admin:another-one:admin' });
    await using chat = await ChatPage.open(browser, demo.url, { signedOut: true });
    expect(await chat.page.getByText('123456').filter({ visible: true }).count()).toBe(0);
    expect([await chat.page.getByLabel('User name').inputValue(), await chat.page.getByLabel('Password').inputValue()]).toEqual(['', '']);
    await chat.signIn('test', 'a-better-one');
  });
});
