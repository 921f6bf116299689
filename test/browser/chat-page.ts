/** The demo's chat page in a browser of its own, as a person would use it. */
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';

export interface PageOptions extends BrowserContextOptions {
  /** Opens the page without signing in. */
  readonly signedOut?: boolean;
}

/** Time for a test in the browser, in ms: a busy machine is slow with it. */
export const PAGE_TEST_MS = 60_000;
/** Time for each thing that a test waits for, in ms. */
const PATIENCE_MS = 30_000;

const WIDE = { width: 1280, height: 800 };

export class ChatPage implements AsyncDisposable {
  /** What the browser complained about: exceptions, broken resources, forbidden content. */
  readonly complaints: string[] = [];

  private constructor(
    private readonly context: BrowserContext,
    readonly page: Page,
  ) {
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      // A server that is away on purpose is not the page's fault.
      if (message.type() === 'error' && !message.text().includes('WebSocket connection')) this.complaints.push(message.text());
    });
  }

  static async open(browser: Browser, url: string, options: PageOptions = {}): Promise<ChatPage> {
    const { signedOut = false, ...rest } = options;
    const context = await browser.newContext({ viewport: WIDE, ...rest });
    // Below the time of a test, so that the browser says what it waited for.
    context.setDefaultTimeout(PATIENCE_MS);
    const chat = new ChatPage(context, await context.newPage());
    await chat.page.goto(url);
    if (!signedOut) await chat.signIn();
    return chat;
  }

  /** A page whose user is signed in and in the lobby. */
  static async signedIn(
    browser: Browser,
    url: string,
    username: string,
    password = '123456',
    options: PageOptions = {},
  ): Promise<ChatPage> {
    const chat = await ChatPage.open(browser, url, { ...options, signedOut: true });
    await chat.signIn(username, password);
    return chat;
  }

  async signIn(username = 'test', password = '123456'): Promise<void> {
    await this.tryToSignIn(username, password);
    await this.page.locator('.room[aria-current="true"]').waitFor();
  }

  async tryToSignIn(username: string, password: string): Promise<void> {
    await this.page.getByLabel('User name').fill(username);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  /** Writes in the room that is open, and presses Enter. */
  async say(text: string): Promise<void> {
    const composer = this.composer;
    await composer.fill(text);
    await composer.press('Enter');
  }

  async join(room: string): Promise<void> {
    await this.page.getByLabel('Room to join').fill(room);
    await this.page.getByLabel('Room to join').press('Enter');
    await this.page.locator('.room[aria-current="true"]', { hasText: room }).waitFor();
  }

  get composer(): Locator {
    return this.page.locator('#message-text');
  }

  room(name: string): Locator {
    return this.page.locator(`.room[data-room="${name}"]`);
  }

  /** Messages that the server has brought, in the room that is open. */
  message(text: string): Locator {
    return this.page.locator('.messages:not([hidden]) .message:not([data-status])', { hasText: text });
  }

  /** Waits until the connection is in a state. */
  connection(state: 'idle' | 'connecting' | 'open' | 'waiting' | 'closed'): Promise<void> {
    return this.page.locator(`#connection[data-state="${state}"]`).waitFor();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
  }
}
