/** Counts how often a server's sockets are written to: a corked group counts once, as it leaves in one system call. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { INestApplication } from '@nestjs/common';

export class WriteCounter {
  private readonly writes: { count: number }[] = [];

  /** For `configure` of a node. */
  readonly watch = (app: INestApplication): void => {
    (app.getHttpServer() as Server).on('connection', (socket: Socket) => this.follow(socket));
  };

  /** Forgets what was counted until now. */
  reset(): void {
    for (const socket of this.writes) socket.count = 0;
  }

  /** The writes of each socket since the last reset, in the order in which they connected. */
  get perSocket(): number[] {
    return this.writes.map(({ count }) => count);
  }

  private follow(socket: Socket): void {
    const writes = { count: 0 };
    this.writes.push(writes);
    let corked = 0;
    let writtenWhileCorked = false;
    const { cork, uncork } = socket;
    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
    socket.cork = () => {
      corked++;
      cork.call(socket);
    };
    socket.uncork = () => {
      if (corked > 0) corked--;
      if (corked === 0 && writtenWhileCorked) {
        writtenWhileCorked = false;
        writes.count++;
      }
      uncork.call(socket);
    };
    socket.write = (...args: unknown[]) => {
      if (corked > 0) writtenWhileCorked = true;
      else writes.count++;
      return write(...args);
    };
  }
}
