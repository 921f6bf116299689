/** A client of the demo that talks, listens, and keeps a book of what it said, what was acknowledged, and what it heard. */
import type { ConnectionState } from 'nestjs-realtime-client';
import { RealtimeClient } from 'nestjs-realtime-client';
import { WebSocket } from 'ws';
import type { ChatMessage, DemoApi } from '../../apps/demo/src/demo-api.js';

const ROOM = 'lobby';
const TOPIC = `room:${ROOM}` as const;

export class Chatter implements Disposable {
  /** How often each text was heard. */
  readonly heard = new Map<string, number>();
  /** What `chat.send` was answered for, with the server's time in ms. */
  readonly acknowledged = new Map<string, number>();
  readonly states: ConnectionState[] = [];
  readonly gaps: { readonly sinceMs: number; readonly untilMs: number }[] = [];
  private readonly client: RealtimeClient<DemoApi>;
  private said = 0;

  /** @param token signs it in, on whichever node it comes to */
  constructor(
    readonly name: string,
    url: string,
    token: string,
  ) {
    this.client = new RealtimeClient<DemoApi>(url, {
      webSocket: WebSocket,
      onOpen: async (opening) => void (await opening.call('auth.token', { token })),
    });
    this.client.onState((state) => this.states.push(state));
    this.client.on('chat.message', ({ text }: ChatMessage) => this.heard.set(text, (this.heard.get(text) ?? 0) + 1));
  }

  async join(): Promise<void> {
    this.client.connect();
    await this.client.subscribe(TOPIC, (event) => {
      if (event.kind === 'gap') this.gaps.push({ sinceMs: event.sinceMs, untilMs: event.untilMs });
    });
  }

  get isOpen(): boolean {
    return this.client.state.name === 'open';
  }

  /** One sentence. @returns false if it was not acknowledged */
  async say(text = `${this.name} ${++this.said}`): Promise<boolean> {
    try {
      const { at } = await this.client.call('chat.send', { room: ROOM, text });
      this.acknowledged.set(text, at);
      return true;
    } catch {
      // Translated: whoever counts on it has not got an acknowledgement.
      return false;
    }
  }

  /** One sentence after the other, until the signal fires or this client is closed. */
  async talk(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.client.state.name !== 'closed') {
      // While its socket closes a client refuses calls at once, and would never hear that it is closed.
      if (!(await this.say())) await new Promise(setImmediate);
    }
  }

  [Symbol.dispose](): void {
    this.client.close();
  }
}
