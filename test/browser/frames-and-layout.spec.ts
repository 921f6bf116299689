import { jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { BUILD_MS, DemoProcess, buildDemo } from '../demo/built-demo.js';
import { BROWSER_START_MS, launchChromium } from '../support/chromium.js';
import { eventually } from '../support/eventually.js';
import { ChatPage, PAGE_TEST_MS } from './chat-page.js';

jest.setTimeout(PAGE_TEST_MS);

const NARROW = { width: 360, height: 740 };

let browser: Browser;
let demo: DemoProcess;

beforeAll(async () => {
  buildDemo();
  [browser, demo] = await Promise.all([launchChromium(), DemoProcess.start()]);
}, BROWSER_START_MS + BUILD_MS);

afterAll(async () => {
  await browser.close();
  await demo.stop();
});

describe('the panel of frames', () => {
  it('shows every frame with its direction, and its JSON when it is opened', async () => {
    await using chat = await ChatPage.open(browser, demo.url);
    await chat.say('look at the wire');
    const sent = chat.page.locator('.frame[data-direction="out"]', { hasText: 'chat.send' });
    const pushed = chat.page.locator('.frame[data-direction="in"]', { hasText: 'chat.message' });
    await Promise.all([sent.waitFor(), pushed.waitFor()]);
    await pushed.locator('summary').click();
    const shown = JSON.parse((await pushed.locator('pre').textContent()) ?? '') as unknown;
    expect(shown).toMatchObject({ jsonrpc: '2.0', method: 'chat.message', params: { text: 'look at the wire' }, topic: 'room:lobby' });
    expect(await pushed.locator('pre').textContent()).toContain('\n  "jsonrpc": "2.0",\n');
    expect(await pushed.locator('time').textContent()).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/);
    await chat.page.getByText('result of chat.send').waitFor();
  });

  it('shows no password and no token', async () => {
    await using chat = await ChatPage.open(browser, demo.url);
    const login = chat.page.locator('.frame', { hasText: 'auth.login' });
    for (const summary of await login.locator('summary').all()) await summary.click();
    const texts = (await login.locator('pre').allTextContents()).join();
    expect(texts).toContain('"password": "••••••"');
    expect(texts).toContain('"token": "••••••"');
    expect(texts).not.toMatch(/123456|eyJ/);
  });

  it('can be filtered by words and by direction, and cleared', async () => {
    await using chat = await ChatPage.open(browser, demo.url);
    const labels = chat.page.locator('.frame-label');
    await chat.page.getByText('result of chat.rooms').waitFor();
    await chat.page.getByLabel('Show only frames that contain').fill('WHOAMI');
    expect(await labels.allTextContents()).toEqual(['whoami', 'result of whoami']);
    await chat.page.getByLabel('Direction').selectOption('Sent');
    expect(await labels.allTextContents()).toEqual(['whoami']);
    await chat.page.getByLabel('Show only frames that contain').fill('nothing like this');
    await chat.page.getByText('No frame matches the filter.').waitFor();
    await chat.page.getByLabel('Show only frames that contain').fill('');
    await chat.page.getByLabel('Direction').selectOption('Both ways');
    await chat.page.getByRole('button', { name: 'Clear' }).click();
    expect(await labels.count()).toBe(0);
    await chat.say('a new one');
    await chat.message('a new one').waitFor();
    await eventually(async () => expect(await labels.allTextContents()).toContain('chat.send'));
  });

  it('keeps the last 200', async () => {
    await using chat = await ChatPage.open(browser, demo.url);
    for (let i = 0; i < 75; i++) await chat.say(`message ${i}`);
    await chat.message('message 74').waitFor();
    await chat.page.getByText(/^the last 200 of \d+$/).waitFor();
    expect(await chat.page.locator('.frame').count()).toBe(200);
  });

  it('is closed on a narrow screen, opens over everything, and closes again', async () => {
    await using chat = await ChatPage.open(browser, demo.url, { viewport: NARROW });
    const panel = chat.page.locator('#frames');
    const toggle = chat.page.getByRole('button', { name: 'Frames', exact: true });
    expect([await panel.isVisible(), await toggle.getAttribute('aria-expanded')]).toEqual([false, 'false']);
    await toggle.click();
    expect((await panel.boundingBox())?.width).toBe(NARROW.width);
    expect(await toggle.getAttribute('aria-expanded')).toBe('true');
    await chat.page.getByLabel('Show only frames that contain').press('Escape');
    expect(await panel.isVisible()).toBe(false);
    expect(await toggle.evaluate((element) => element === document.activeElement)).toBe(true);
  });
});

describe('the layout', () => {
  it.each([
    ['wide', { width: 1440, height: 900 }],
    ['medium', { width: 900, height: 700 }],
    ['narrow', NARROW],
    ['very narrow', { width: 320, height: 600 }],
  ])('fits a %s screen, signed in and signed out, connected and not', async (_name, viewport) => {
    await using chat = await ChatPage.open(browser, demo.url, { viewport, signedOut: true });
    const overflow = (): Promise<number> =>
      chat.page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - window.innerWidth);
    const isInView = async (selector: string): Promise<boolean> => {
      const box = await chat.page.locator(selector).boundingBox();
      return box !== null && box.x >= 0 && box.y >= 0 && box.x + box.width <= viewport.width && box.y + box.height <= viewport.height;
    };
    expect(await overflow()).toBeLessThanOrEqual(0);
    await chat.signIn();
    await chat.say(`${'a-very-long-word-'.repeat(30)} ${'words '.repeat(100)}`);
    await chat.message('a-very-long-word').waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);
    const [signOut, toggle] = await Promise.all(['#sign-out', '#frames-toggle'].map((button) => chat.page.locator(button).boundingBox()));
    expect(Math.abs((signOut?.y ?? 0) - (toggle?.y ?? 99))).toBeLessThan(8);
    for (const control of ['#message-text', '#send', '#leave-room', '#sign-out', '#frames-toggle'])
      expect([control, await isInView(control)]).toEqual([control, true]);
    await chat.page.evaluate(() => document.getElementById('connection')?.setAttribute('data-state', 'waiting'));
    await chat.page.evaluate(() => document.getElementById('connection-text')?.append('. The server cannot be reached. Next try in 10 s'));
    expect(await overflow()).toBeLessThanOrEqual(0);
    expect(await isInView('#send')).toBe(true);
  });

  it('keeps the last words in sight when something takes their room, unless somebody reads further up', async () => {
    await using chat = await ChatPage.open(browser, demo.url, { viewport: NARROW });
    const { page } = chat;
    const distanceToEnd = (): Promise<number> =>
      page.locator('#conversation').evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight);
    for (let i = 0; i < 20; i++) await chat.say(`line ${i}`);
    await chat.message('line 19').waitFor();
    await chat.say('/dance');
    await page.getByRole('alert').filter({ hasText: 'There is no command' }).waitFor();
    await eventually(async () => expect(await distanceToEnd()).toBeLessThan(2));
    await page.locator('#conversation').evaluate((element) => (element.scrollTop = 0));
    await page.setViewportSize({ ...NARROW, height: 500 });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    expect(await page.locator('#conversation').evaluate(({ scrollTop }) => scrollTop)).toBe(0);
  });

  it.each(['light', 'dark'] as const)('has enough contrast in %s', async (colorScheme) => {
    await using chat = await ChatPage.open(browser, demo.url, { colorScheme });
    await chat.say('contrast');
    await chat.message('contrast').waitFor();
    const ratios = await chat.page.evaluate(contrasts, [
      '.message-text',
      '.message-time',
      '.room[aria-current]',
      '.room[data-joined="false"]',
      '.composer-hint',
      '.frame-time',
      '.frame-label',
      '#connection-text',
      '#send',
    ]);
    expect(Object.entries(ratios).filter(([, ratio]) => ratio < 4.5)).toEqual([]);
  });
});

/** Runs in the page: the contrast of the first element of each selector against what is behind it. @see WCAG 2.2 §1.4.3 */
function contrasts(selectors: string[]): Record<string, number> {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const paint = (layers: string[]): number => {
    if (!canvas) throw new Error('no canvas');
    for (const color of layers) {
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
    }
    const [r = 0, g = 0, b = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return Object.fromEntries(
    selectors.map((selector) => {
      const element = document.querySelector(selector);
      if (!element) throw new Error(`no ${selector}`);
      const layers: string[] = [];
      for (let at: Element | null = element; at; at = at.parentElement) layers.unshift(getComputedStyle(at).backgroundColor);
      const behind = paint(layers);
      const front = paint([...layers, getComputedStyle(element).color]);
      return [selector, (Math.max(front, behind) + 0.05) / (Math.min(front, behind) + 0.05)];
    }),
  );
}
