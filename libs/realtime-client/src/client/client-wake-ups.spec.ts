import { jest } from '@jest/globals';
import { FakeWebSocket } from '../../../../test/client/fake-web-socket.js';
import type { ClientOptions } from './client.js';
import { RealtimeClient } from './client.js';

const settled = (): Promise<void> => jest.advanceTimersByTimeAsync(0);

/** What the client needs of a page. */
class Page extends EventTarget {
  readonly document = Object.assign(new EventTarget(), { hidden: false });

  listeners = 0;

  private constructor() {
    super();
  }

  /** Takes the place of the page that the test does not have. */
  static async open(): Promise<Page & Disposable> {
    const page = new Page();
    const names = ['document', 'addEventListener', 'removeEventListener'] as const;
    const kept = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
    const counted =
      (target: EventTarget, by: 1 | -1) =>
      (type: string, listener: () => void): void => {
        page.listeners += by;
        if (by === 1) target.addEventListener(type, listener);
        else target.removeEventListener(type, listener);
      };
    Object.assign(globalThis, {
      document: page.document,
      addEventListener: counted(page, 1),
      removeEventListener: counted(page, -1),
    });
    return Object.assign(page, {
      [Symbol.dispose]: () => {
        for (const [name, descriptor] of kept) {
          Reflect.deleteProperty(globalThis, name);
          if (descriptor) Object.defineProperty(globalThis, name, descriptor);
        }
      },
    });
  }
}

describe('a client that looks after its connection', () => {
  let client: RealtimeClient;

  const start = async (options: ClientOptions = {}): Promise<void> => {
    client = new RealtimeClient('ws://example.com/ws', { webSocket: FakeWebSocket, random: () => 1, ...options });
    client.connect();
    FakeWebSocket.last.open();
    await settled();
  };
  const heartbeats = (): number => FakeWebSocket.last.messages.filter(({ method }) => method === 'heartbeat').length;

  beforeEach(() => {
    jest.useFakeTimers();
    FakeWebSocket.forget();
  });
  afterEach(() => {
    client.close();
    jest.useRealTimers();
  });

  it('drops it and connects anew at once when it is told to', async () => {
    await start({ reconnect: false });
    const dead = FakeWebSocket.last;
    client.reconnect();
    expect(client.state).toMatchObject({ name: 'waiting', delayMs: 0 });
    await settled();
    expect([dead.closedWith, client.state.name, FakeWebSocket.made.length]).toEqual([1000, 'connecting', 2]);
    client.reconnect();
    await settled();
    expect(FakeWebSocket.made.length).toBe(3);
    FakeWebSocket.last.open();
    await settled();
    expect(client.state.name).toBe('open');
  });

  it('ends a wait when it is told to, and begins where it is idle or closed', async () => {
    client = new RealtimeClient('ws://example.com/ws', { webSocket: FakeWebSocket });
    client.reconnect();
    FakeWebSocket.last.end(1006);
    expect(client.state.name).toBe('waiting');
    client.reconnect();
    expect(client.state).toEqual({ name: 'connecting', attempt: 1 });
    client.close();
    client.reconnect();
    expect([client.state.name, FakeWebSocket.made.length]).toEqual(['connecting', 3]);
  });

  it('tries at once when the network is back', async () => {
    using page = await Page.open();
    await start();
    FakeWebSocket.last.end(1006);
    page.dispatchEvent(new Event('online'));
    expect([client.state.name, FakeWebSocket.made.length]).toEqual(['connecting', 2]);
  });

  it('asks the server when the page is shown again, and gives a dead wire up within three seconds', async () => {
    using page = await Page.open();
    await start();
    page.document.hidden = true;
    page.document.dispatchEvent(new Event('visibilitychange'));
    expect(heartbeats()).toBe(0);
    page.document.hidden = false;
    page.document.dispatchEvent(new Event('visibilitychange'));
    page.document.dispatchEvent(new Event('visibilitychange'));
    expect(heartbeats()).toBe(1);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(client.state).toMatchObject({ name: 'waiting', reason: { kind: 'lost', message: 'The server went silent' } });
  });

  it('keeps a wire that answers', async () => {
    using page = await Page.open();
    await start();
    page.dispatchEvent(new Event('online'));
    FakeWebSocket.last.answer({ status: 'ok' });
    await jest.advanceTimersByTimeAsync(3_000);
    page.dispatchEvent(new Event('online'));
    expect([client.state.name, heartbeats()]).toEqual(['open', 2]);
  });

  it('notices that the device was asleep', async () => {
    using page = await Page.open();
    await start();
    expect(page.listeners).toBeGreaterThan(0);
    jest.setSystemTime(Date.now() + 60_000);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(heartbeats()).toBe(1);
  });

  it('lets the page go when it is closed, and takes it again', async () => {
    using page = await Page.open();
    await start();
    const taken = page.listeners;
    client.close();
    expect([taken > 0, page.listeners, jest.getTimerCount()]).toEqual([true, 0, 0]);
    client.connect();
    expect(page.listeners).toBe(taken);
  });

  it('leaves the page alone if it is told to, and needs none', async () => {
    using page = await Page.open();
    await start({ wakeUp: false });
    expect(page.listeners).toBe(0);
    client.close();
    page[Symbol.dispose]();
    await start({ wakeUp: true });
    jest.setSystemTime(Date.now() + 60_000);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(heartbeats()).toBe(1);
  });
});
