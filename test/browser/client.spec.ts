/** The client itself in a real browser: what only a page can tell it, and what a page does not tell. */
import { jest } from '@jest/globals';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import type { ConnectionState, RealtimeClient } from 'nestjs-realtime-client';
import { staticAuth } from '../auth/accounts.js';
import { ChatServer } from '../client/chat-server.js';
import { REPOSITORY } from '../docs/pages.js';
import { BROWSER_START_MS, launchChromium } from '../support/chromium.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { PAGE_TEST_MS } from './chat-page.js';

jest.setTimeout(PAGE_TEST_MS);

/** What the script below leaves in the page. */
interface ClientPage {
  readonly RealtimeClient: typeof RealtimeClient;
  client: RealtimeClient;
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: "import { RealtimeClient } from 'nestjs-realtime-client'; globalThis.RealtimeClient = RealtimeClient;",
      resolveDir: REPOSITORY,
    },
    bundle: true,
    write: false,
    format: 'iife',
  });
  return outputFiles[0]?.text ?? '';
}

describe('a client in a browser', () => {
  let browser: Browser;
  let script: string;

  beforeAll(async () => {
    script = await bundle();
    browser = await launchChromium();
  }, BROWSER_START_MS);

  afterAll(() => browser.close());

  const startServer = (): Promise<RunningNode> =>
    startNode({ providers: [ChatServer], options: { auth: staticAuth({ queryToken: 'token' }) } });

  /** A page of the server's own origin, in which a client connects that waits for ten minutes after a failure. */
  const openPage = async (node: RunningNode, query = ''): Promise<Page> => {
    const page = await browser.newPage();
    await page.goto(node.url('/').replace('ws:', 'http:'));
    await page.addScriptTag({ content: script });
    await page.evaluate((url) => {
      const here = globalThis as unknown as ClientPage;
      here.client = new here.RealtimeClient(url, { reconnect: { baseMs: 600_000, maxMs: 600_000 }, random: () => 1 });
      here.client.connect();
    }, node.url() + query);
    return page;
  };

  const reaches = async (page: Page, name: ConnectionState['name']): Promise<ConnectionState> => {
    await page.waitForFunction((state) => (globalThis as unknown as ClientPage).client.state.name === state, name);
    return page.evaluate(() => (globalThis as unknown as ClientPage).client.state);
  };

  it('comes back as soon as the network does, however long it meant to wait', async () => {
    await using node = await startServer();
    const page = await openPage(node);
    await reaches(page, 'open');
    await page.context().setOffline(true);
    await page.evaluate(() => (globalThis as unknown as ClientPage).client.reconnect());
    expect(await reaches(page, 'waiting')).toMatchObject({ delayMs: 600_000, reason: { kind: 'unreachable' } });
    await page.context().setOffline(false);
    await reaches(page, 'open');
    await page.close();
  });

  it('is not told by the browser that its token was refused, and tries on', async () => {
    await using node = await startServer();
    const page = await openPage(node, '?token=unknown');
    expect(await reaches(page, 'waiting')).toMatchObject({ reason: { kind: 'unreachable' } });
    await page.close();
  });
});
