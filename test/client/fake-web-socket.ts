/** A WebSocket without a network: the test plays the server. */
import type { WebSocketLike } from 'nestjs-realtime-client';

type Listener = (event: never) => void;

export class FakeWebSocket implements WebSocketLike {
  /** Every socket that was made since the last `forget()`, in order. */
  static made: FakeWebSocket[] = [];

  /** As in browsers: 0 connecting, 1 open, 2 closing, 3 closed. */
  readyState = 0;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  closedWith: number | undefined;
  private readonly listeners = new Map<string, Listener[]>();

  constructor(
    readonly url: string,
    readonly protocols: readonly string[],
  ) {
    FakeWebSocket.made.push(this);
  }

  static forget(): void {
    FakeWebSocket.made = [];
  }

  /** @throws {Error} if no socket was made yet */
  static get last(): FakeWebSocket {
    const last = FakeWebSocket.made[FakeWebSocket.made.length - 1];
    if (!last) throw new Error('No WebSocket was made');
    return last;
  }

  addEventListener(type: string, listener: Listener): void {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(code?: number): void {
    this.closedWith = code;
  }

  /** What the client sent, parsed. */
  get messages(): { id?: number; method?: string; params?: unknown; result?: unknown; error?: { code: number } }[] {
    return this.sent.map((text) => JSON.parse(text) as object);
  }

  get lastMessage(): { id?: number; method?: string; params?: unknown; result?: unknown; error?: { code: number } } {
    return this.messages[this.messages.length - 1] ?? {};
  }

  open(): void {
    this.readyState = 1;
    this.emit('open', {});
  }

  receive(message: unknown): void {
    this.emit('message', { data: typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', ...(message as object) }) });
  }

  receiveBinary(): void {
    this.emit('message', { data: new ArrayBuffer(1) });
  }

  /** Answers the last request. */
  answer(result: unknown): void {
    this.receive({ id: this.lastMessage.id, result });
  }

  refuse(code: number, message = 'refused'): void {
    this.receive({ id: this.lastMessage.id, error: { code, message } });
  }

  fail(message: string): void {
    this.emit('error', { message });
  }

  /** The server's close frame is there, the `close` event not yet. */
  beginToClose(): void {
    this.readyState = 2;
  }

  end(code: number, reason = ''): void {
    this.readyState = 3;
    this.emit('close', { code, reason });
  }

  private emit(type: string, event: object): void {
    for (const listener of this.listeners.get(type) ?? []) listener(event as never);
  }
}
