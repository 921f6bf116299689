/** Calls one at a time over one connection; for what is not measured. */
import type { Dialect } from '../dialects/dialect.js';
import type { LoadSocket } from './load-socket.js';

export class Caller {
  // rpc-websockets does not answer the id 0.
  private nextId = 1;

  constructor(
    private readonly socket: LoadSocket,
    private readonly dialect: Dialect,
  ) {}

  call(method: string, params?: unknown): Promise<unknown> {
    const id = this.nextId++;
    return this.exchange(id, this.dialect.call(id, method, params));
  }

  subscribe(topic: string): Promise<unknown> {
    const id = this.nextId++;
    return this.exchange(id, this.dialect.subscribe(id, topic));
  }

  private async exchange(id: number, text: string): Promise<unknown> {
    const answered = this.socket.nextText();
    this.socket.send(text);
    const answer = this.dialect.readAnswer(await answered);
    if (answer.id !== id) throw new Error(`The answer to call ${id} has the id ${answer.id}`);
    return answer.result;
  }
}
