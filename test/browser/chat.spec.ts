import { jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { BUILD_MS, DemoProcess, buildDemo } from '../demo/built-demo.js';
import { BROWSER_START_MS, launchChromium } from '../support/chromium.js';
import { eventually } from '../support/eventually.js';
import { ChatPage, PAGE_TEST_MS } from './chat-page.js';

jest.setTimeout(PAGE_TEST_MS);

describe('the chat page', () => {
  let browser: Browser;
  let demo: DemoProcess;

  beforeAll(async () => {
    buildDemo();
    [browser, demo] = await Promise.all([launchChromium(), DemoProcess.start({ DEMO_USERS: 'ada:lovelace,grace:hopper' })]);
  }, BROWSER_START_MS + BUILD_MS);

  afterAll(async () => {
    await browser.close();
    await demo.stop();
  });

  it('lets two people talk: who said what, when, and which words are one’s own', async () => {
    await using ada = await ChatPage.signedIn(browser, demo.url, 'ada', 'lovelace');
    await using grace = await ChatPage.signedIn(browser, demo.url, 'grace', 'hopper');
    await ada.say('Hello, Grace');
    await grace.message('Hello, Grace').waitFor();
    await grace.say('Hello, Ada\nHow is the engine?');
    const answer = ada.message('How is the engine?');
    await answer.waitFor();
    expect(await answer.getAttribute('data-own')).toBe('false');
    expect(await answer.locator('.message-from').textContent()).toBe('grace');
    expect(await answer.locator('.message-text').textContent()).toBe('Hello, Ada\nHow is the engine?');
    expect(await answer.locator('time').getAttribute('datetime')).toMatch(/^\d{4}-\d\d-\d\dT/);
    const own = ada.message('Hello, Grace');
    expect([await own.getAttribute('data-own'), await own.locator('.message-from').textContent()]).toEqual(['true', 'You']);
    expect(await ada.composer.inputValue()).toBe('');
    expect([...ada.complaints, ...grace.complaints]).toEqual([]);
  });

  it('says how many people are in the room, and keeps it right as they come and go', async () => {
    await using ada = await ChatPage.signedIn(browser, demo.url, 'ada', 'lovelace');
    await ada.join('census');
    const facts = ada.page.locator('#room-facts');
    await facts.filter({ hasText: '1 person here' }).waitFor();
    const grace = await ChatPage.signedIn(browser, demo.url, 'grace', 'hopper');
    await grace.join('census');
    await facts.filter({ hasText: '2 people here' }).waitFor();
    await grace[Symbol.asyncDispose]();
    await facts.filter({ hasText: '1 person here' }).waitFor();
  });

  it('lists the commands, each beside what it does', async () => {
    await using ada = await ChatPage.signedIn(browser, demo.url, 'ada', 'lovelace');
    await ada.say('/help');
    const leave = ada.page.locator('.commands dt', { hasText: '/leave' });
    const meaning = leave.locator('+ dd');
    expect([await leave.textContent(), await meaning.textContent()]).toEqual(['/leave', 'leave this room']);
    const [left, right] = [await leave.boundingBox(), await meaning.boundingBox()];
    expect((right?.x ?? 0) - (left?.x ?? 0) - (left?.width ?? 0)).toBeGreaterThan(8);
  });

  it('counts what was said in other rooms, and shows it when the room is opened', async () => {
    await using ada = await ChatPage.signedIn(browser, demo.url, 'ada', 'lovelace');
    await using grace = await ChatPage.signedIn(browser, demo.url, 'grace', 'hopper');
    for (const chat of [ada, grace]) await chat.join('tea');
    await ada.join('coffee');
    await grace.say('anybody?');
    await grace.say('no?');
    await ada.room('tea').locator('.room-unread', { hasText: '2' }).waitFor();
    expect(await ada.page.title()).toBe('(2) #coffee · Realtime chat');
    await ada.room('tea').click();
    await ada.message('no?').waitFor();
    expect(await ada.room('tea').locator('.room-unread').count()).toBe(0);
    expect(await ada.page.title()).toBe('#tea · Realtime chat');
    await ada.page.getByRole('button', { name: 'Leave' }).click();
    await grace.say('and now?');
    await grace.message('and now?').waitFor();
    await eventually(async () => expect(await ada.room('tea').getAttribute('data-joined')).toBe('false'));
    expect(await ada.message('and now?').count()).toBe(0);
  });

  it('shows what people write as text, whatever it looks like', async () => {
    const evil = '<img src=x onerror="window.hacked = true"><script>window.hacked = true</script><b>bold</b>';
    const room = '<i onclick="hacked=1">room';
    await using ada = await ChatPage.signedIn(browser, demo.url, 'ada', 'lovelace');
    await using grace = await ChatPage.signedIn(browser, demo.url, 'grace', 'hopper');
    for (const chat of [ada, grace]) {
      await chat.page.getByLabel('Room to join').fill(room);
      await chat.page.getByLabel('Room to join').press('Enter');
      await chat.page.locator('#room-title', { hasText: room }).waitFor();
    }
    await ada.say(evil);
    await ada.say(`/announce ${evil}`);
    const shown = grace.page.locator('.messages:not([hidden]) .message-text', { hasText: 'onerror' });
    await eventually(async () => expect(await shown.allTextContents()).toEqual([evil, evil]));
    const made = grace.page.locator('.conversation :is(img, script, b, i), .rooms i, .frames :is(img, script, b, i)');
    expect(await made.count()).toBe(0);
    expect(await grace.page.evaluate(() => 'hacked' in window)).toBe(false);
    expect([...ada.complaints, ...grace.complaints]).toEqual([]);
  });

  it('says kindly what is wrong with a sign-in, and lets one try again', async () => {
    await using chat = await ChatPage.open(browser, demo.url, { signedOut: true });
    expect(await chat.page.getByLabel('User name').inputValue()).toBe('test');
    await chat.tryToSignIn('ada', 'not her password');
    await chat.page.getByRole('alert').filter({ hasText: 'Wrong user name or password' }).waitFor();
    await chat.tryToSignIn('', '');
    await chat.page.getByRole('alert').filter({ hasText: 'Please enter a user name' }).waitFor();
    await chat.signIn('ada', 'lovelace');
    expect(await chat.page.getByRole('alert').filter({ visible: true }).count()).toBe(0);
    expect(chat.complaints).toEqual([]);
  });

  it('remembers the sign-in and the rooms over a reload, until somebody signs out', async () => {
    await using chat = await ChatPage.signedIn(browser, demo.url, 'ada', 'lovelace');
    await chat.join('tea');
    await chat.page.reload();
    await chat.room('tea').and(chat.page.locator('[data-joined="true"]')).waitFor();
    await chat.room('lobby').and(chat.page.locator('[data-joined="true"]')).waitFor();
    await chat.page.getByRole('button', { name: 'Sign out' }).click();
    await chat.connection('closed');
    await chat.page.reload();
    await chat.page.getByLabel('User name').waitFor();
    await chat.connection('idle');
  });

  it('can be used without a mouse', async () => {
    await using chat = await ChatPage.open(browser, demo.url, { signedOut: true });
    const { keyboard } = chat.page;
    await chat.page.getByLabel('Password').press('Enter');
    await eventually(async () => expect(await chat.composer.evaluate((element) => element === document.activeElement)).toBe(true));
    await keyboard.type('first line');
    await keyboard.press('Shift+Enter');
    await keyboard.type('second line');
    await keyboard.press('Enter');
    await chat.message('first line\nsecond line').waitFor();
    await keyboard.type('/join by keyboard');
    await keyboard.press('Enter');
    await chat.page.locator('#room-title', { hasText: 'by keyboard' }).waitFor();
    await keyboard.press('Alt+ArrowUp');
    await chat.page.locator('#room-title', { hasText: 'lobby' }).waitFor();
    await keyboard.press('Alt+ArrowDown');
    await chat.page.locator('#room-title', { hasText: 'by keyboard' }).waitFor();
    await keyboard.type('/dance');
    await keyboard.press('Enter');
    await chat.page.getByRole('alert').filter({ hasText: 'There is no command /dance' }).waitFor();
    expect(await chat.composer.inputValue()).toBe('/dance');
  });

  it('keeps a message that the server refused, with the reason, to be sent again or discarded', async () => {
    await using chat = await ChatPage.signedIn(browser, demo.url, 'ada', 'lovelace');
    // Not by the page: another tab of the same session cannot do this, so the limit is lifted from the field.
    await chat.composer.evaluate((element) => element.removeAttribute('maxlength'));
    await chat.say('x'.repeat(2_001));
    const failed = chat.page.locator('.message[data-status="failed"]');
    await failed.getByText('must be shorter than or equal to 2000 characters').waitFor();
    await failed.getByRole('button', { name: 'Send again' }).click();
    await failed.getByText('must be shorter than or equal to 2000 characters').waitFor();
    await failed.getByRole('button', { name: 'Discard' }).click();
    await eventually(async () => expect(await failed.count()).toBe(0));
  });

  it('names everything for those who do not see it', async () => {
    await using chat = await ChatPage.signedIn(browser, demo.url, 'ada', 'lovelace');
    const { page } = chat;
    await page.getByRole('navigation', { name: 'Rooms' }).waitFor();
    await page.getByRole('log', { name: 'Messages in lobby' }).waitFor();
    await page.getByRole('textbox', { name: 'Message to the room lobby' }).waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).waitFor();
    await page.getByRole('complementary', { name: 'JSON-RPC frames' }).waitFor();
    expect(await page.getByRole('status').textContent()).toBe('Connected');
    const nameless = await page.locator('button, input, select, textarea').evaluateAll((controls) =>
      controls
        .filter((control) => {
          const labels = control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement ? (control.labels?.length ?? 0) : 0;
          const select = control instanceof HTMLSelectElement ? control.labels.length : 0;
          return labels + select === 0 && !control.ariaLabel && control.textContent.trim() === '';
        })
        .map(({ id }) => id),
    );
    expect(nameless).toEqual([]);
  });
});
