import { Writable } from 'node:stream';
import { Logger, LoggerModule } from 'nestjs-pino';
import { RpcMethod } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';

class Methods {
  @RpcMethod()
  broken(): never {
    throw new Error('4711');
  }
}

it('nestjs-pino writes the lines of the module, and of the faults of calls', async () => {
  const lines: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(...chunk.toString().trim().split('\n'));
      done();
    },
  });
  {
    await using node = await startNode({
      imports: [LoggerModule.forRoot({ pinoHttp: { stream, autoLogging: false } })],
      providers: [Methods],
      configure: (app) => app.useLogger(app.get(Logger)),
    });
    await using peer = await node.connect();
    const { error } = await peer.request('broken');
    const { errorId } = error?.data as { errorId: string };
    const logged = lines.map((line) => JSON.parse(line) as { level: number; msg: string; context: string });
    expect(logged.filter(({ level, msg }) => level === 50 && msg.includes(errorId))).toHaveLength(1);
    expect(logged.some(({ context, msg }) => context === 'RealtimeModule' && msg.includes('/ws'))).toBe(true);
  }
});
