/** A client of the tests' server that notes its states and closes itself at the end of a test. */
import { WebSocket } from 'ws';
import type { ClientOptions, ConnectionState, PerAttempt } from 'nestjs-realtime-client';
import { RealtimeClient } from 'nestjs-realtime-client';
import type { ChatContract } from './chat-server.js';

export class TestClient extends RealtimeClient<ChatContract> implements AsyncDisposable {
  readonly states: ConnectionState[] = [];

  constructor(url: PerAttempt<string>, options: ClientOptions<ChatContract> = {}) {
    super(url, { webSocket: WebSocket, reconnect: { baseMs: 20 }, ...options });
    this.onState((state) => this.states.push(state));
  }

  static async open(url: PerAttempt<string>, options: ClientOptions<ChatContract> = {}): Promise<TestClient> {
    const client = new TestClient(url, options);
    client.connect();
    await client.whenOpen();
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}
