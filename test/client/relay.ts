/** A piece of network between a client and a server that a test can break. */
import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

export class Relay implements AsyncDisposable {
  private readonly pairs = new Set<{ readonly near: Socket; readonly far: Socket }>();
  private isSwallowing = false;

  private constructor(
    private readonly server: Server,
    private targetPort: number,
  ) {
    server.on('connection', (near) => this.join(near));
  }

  static async to(targetPort: number): Promise<Relay> {
    const relay = new Relay(createServer(), targetPort);
    relay.server.listen(0, '127.0.0.1');
    await once(relay.server, 'listening');
    return relay;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/ws`;
  }

  /** New connections go to another server from now on. */
  turnTo(targetPort: number): void {
    this.targetPort = targetPort;
  }

  /** Every connection breaks, without a goodbye. */
  cut(): void {
    for (const { near, far } of this.pairs) {
      near.destroy();
      far.destroy();
    }
  }

  /** Connections stay, but nothing passes any more; new ones are not concerned. */
  freeze(): void {
    this.flow(false, false);
  }

  /** What goes to the server passes, what it says is held. @param ports of the server's clients that hear nothing; all if left out */
  mute(ports?: readonly number[]): void {
    this.flow(true, false, ports);
  }

  /** What the server says passes, what goes to it is held. */
  gag(): void {
    this.flow(false, true);
  }

  /** A black hole: connections stay or are taken, and nothing passes, until {@link thaw}. */
  swallow(): void {
    this.isSwallowing = true;
    this.freeze();
  }

  /** Everything passes again, also what was held. */
  thaw(): void {
    this.isSwallowing = false;
    this.flow(true, true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private flow(up: boolean, down: boolean, ports?: readonly number[]): void {
    for (const { near, far } of this.pairs) {
      if (ports && !ports.includes(far.localPort ?? 0)) continue;
      // What passes already must not pass twice.
      near.pause().unpipe();
      far.pause().unpipe();
      if (up) near.pipe(far);
      if (down) far.pipe(near);
    }
  }

  private join(near: Socket): void {
    const far = connect(this.targetPort, '127.0.0.1');
    const pair = { near, far };
    this.pairs.add(pair);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.pairs.delete(pair);
        other.destroy();
      });
      if (this.isSwallowing) socket.pause();
      else socket.pipe(other);
    }
  }
}
