/** A plain WebSocket client that keeps what it receives, for tests that look at the wire. */
import { once } from 'node:events';
import type { ClientOptions } from 'ws';
import WebSocket from 'ws';
import { eventually } from './eventually.js';

/** A frame that the server sent, parsed. */
export interface WireMessage {
  readonly jsonrpc?: string;
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: unknown;
  readonly topic?: string;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly reason?: string; readonly data?: unknown };
}

export interface CloseEvent {
  readonly code: number;
  readonly reason: string;
}

export class RpcPeer implements AsyncDisposable {
  /** The text of every frame, in the order of arrival. */
  readonly frames: string[] = [];
  readonly closed: Promise<CloseEvent>;
  private nextId = 0;
  private readonly parsed: WireMessage[] = [];

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.frames.push(data.toString('utf8')));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on('close', (code: number, reason: Buffer) => resolve({ code, reason: reason.toString('utf8') }));
    });
  }

  static async connect(url: string, options: ClientOptions & { protocols?: string[] } = {}): Promise<RpcPeer> {
    const { protocols, ...rest } = options;
    const peer = new RpcPeer(new WebSocket(url, protocols ?? [], { perMessageDeflate: false, ...rest }));
    await once(peer.socket, 'open');
    return peer;
  }

  /** Each parsed once, because tests that wait look at all of them again and again. */
  get messages(): WireMessage[] {
    for (const frame of this.frames.slice(this.parsed.length)) this.parsed.push(JSON.parse(frame) as WireMessage);
    return [...this.parsed];
  }

  /** The pushes and requests that the server sent. */
  get pushes(): WireMessage[] {
    return this.messages.filter((message) => message.method !== undefined);
  }

  /** Sends a value as JSON, or text as it is. */
  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  notify(method: string, params?: unknown): void {
    this.send({ jsonrpc: '2.0', method, params });
  }

  /** Sends a request and waits for the response with its id. */
  async request(method: string, params?: unknown, id: string | number = `r${++this.nextId}`): Promise<WireMessage> {
    this.send({ jsonrpc: '2.0', id, method, params });
    return this.response(id);
  }

  /** The result of a request; an error response throws. */
  async result(method: string, params?: unknown): Promise<unknown> {
    const response = await this.request(method, params);
    if (response.error) throw new Error(`${method} answered ${JSON.stringify(response.error)}`);
    return response.result;
  }

  response(id: unknown): Promise<WireMessage> {
    return eventually(() => {
      const found = this.messages.find((message) => message.method === undefined && message.id === id);
      if (!found) throw new Error(`No response with id ${JSON.stringify(id)} among ${this.frames.length} frames`);
      return found;
    });
  }

  /** Waits for a push of this method. */
  push(method: string): Promise<WireMessage> {
    return eventually(() => {
      const found = this.pushes.find((message) => message.method === method);
      if (!found) throw new Error(`No push ${method} among ${this.frames.length} frames`);
      return found;
    });
  }

  /** Waits until the server has handled everything that was sent before; returns what it sent meanwhile. */
  async settled(): Promise<readonly string[]> {
    await this.request('heartbeat');
    return this.frames;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.terminate();
    await this.closed;
  }
}
