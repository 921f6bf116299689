/** One publisher on a node, and receivers on another: what both parts of the way need before it can be measured. */
import { setTimeout as pause } from 'node:timers/promises';
import { Caller } from '../load/caller.js';
import { openClient, openClients } from '../load/open-clients.js';
import { PushBoard } from '../load/push-board.js';
import type { LoadSocket } from '../load/load-socket.js';
import type { Bench } from '../suites/suite.js';

/** Characters of padding in a push. */
export const SIZE = 100;

const ROUTE_MS = 50;

export class Crossing {
  private readonly board: PushBoard;

  private constructor(
    private readonly bench: Bench,
    readonly topic: string,
    private readonly receivers: readonly LoadSocket[],
    private readonly publisherSocket: LoadSocket,
    private readonly publisher: Caller,
  ) {
    this.board = new PushBoard(bench.target.dialect, receivers, topic, SIZE);
  }

  get sessions(): number {
    return this.receivers.length;
  }

  /** @param from, to ports of the nodes */
  static async open(bench: Bench, topic: string, from: number, to: number, sessions: number): Promise<Crossing> {
    const { target, watch } = bench;
    const { dialect } = target;
    const receivers = await openClients({ dialect, port: to }, sessions, watch);
    await watch.step('subscribing', Promise.all(receivers.map((socket) => new Caller(socket, dialect).subscribe(topic))));
    const publisherSocket = await openClient({ dialect, port: from }, watch);
    const publisher = new Caller(publisherSocket, dialect);
    if (from !== to) await watch.step('finding a way between the nodes', findRoute(publisher, receivers, topic));
    return new Crossing(bench, topic, receivers, publisherSocket, publisher);
  }

  /** Settles when every receiver has what `publish` sends: `count` pushes. */
  async delivered(count: number, publish: () => unknown): Promise<void> {
    const all = this.board.all(count);
    await Promise.all([publish(), all]);
  }

  /** One push, or several within a tick. @returns after how many ms the last receiver had the last of them */
  async push(count = 1): Promise<number> {
    const startedMs = performance.now();
    let lastMs = startedMs;
    const all = this.board.all(count).then(() => (lastMs = performance.now()));
    await Promise.all([this.order(count), all]);
    return lastMs - startedMs;
  }

  /** Lets the node publish. */
  async order(count: number): Promise<void> {
    const answer = await this.publisher.call('bench.publish', { topic: this.topic, count, size: SIZE });
    if (answer !== count) throw new Error(`${count} pushes were ordered, the server answered ${JSON.stringify(answer)}`);
  }

  /** @param atOnce pushes within one tick of the publishing node */
  async pushes(times: number, atOnce = 1): Promise<void> {
    for (let i = 0; i < times; i++) await this.bench.watch.step('pushes', this.push(atOnce), this.progress);
  }

  readonly progress = (): string => `${this.board.missingPushes} pushes are missing`;

  close(): void {
    for (const socket of [...this.receivers, this.publisherSocket]) socket.cut();
  }
}

/** A node of others may need some time to hear of a new one: until then pushes are lost, and are not what is measured. */
async function findRoute(publisher: Caller, receivers: readonly LoadSocket[], topic: string): Promise<void> {
  const waiting = new Set(receivers);
  let pushes = 0;
  for (const socket of receivers) {
    socket.onText = () => {
      waiting.delete(socket);
      pushes++;
    };
  }
  let published = 0;
  while (waiting.size > 0) {
    await publisher.call('bench.publish', { topic, count: 1, size: SIZE });
    published++;
    await pause(ROUTE_MS);
  }
  // What is late must not be taken for something of the measurement.
  for (let before = -1; before !== pushes && pushes < published * receivers.length; await pause(ROUTE_MS)) before = pushes;
}
