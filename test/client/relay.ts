/** A piece of network between a client and a server that a test can break. */
import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

export class Relay implements AsyncDisposable {
  private readonly sockets = new Set<Socket>();

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
    for (const socket of this.sockets) socket.destroy();
  }

  /** Connections stay, but nothing passes any more. */
  freeze(): void {
    for (const socket of this.sockets) socket.pause().unpipe();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(near: Socket): void {
    const far = connect(this.targetPort, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}
