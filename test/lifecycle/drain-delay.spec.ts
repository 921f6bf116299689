/** A node behind a balancer that learns late: it says that it is going, and serves on for a while. */
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import { RealtimeHealthModule } from 'nestjs-realtime/terminus';
import { eventually } from '../support/eventually.js';
import type { NodeParts } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

@RpcGateway()
class WorkGateway {
  @RpcMethod()
  work(): string {
    return 'done';
  }
}

const DELAY_MS = 1_500;

describe.each([
  ['Express', {}],
  ['Fastify', { adapter: () => new FastifyAdapter() }],
] as readonly (readonly [string, NodeParts])[])('an app with drain.delayMs that is told to end, on %s', (_name, parts) => {
  it('is not ready, takes sessions and serves calls meanwhile, and drains then', async () => {
    await using node = await startNode({
      ...parts,
      providers: [WorkGateway],
      imports: [RealtimeHealthModule.forRoot({ maxEventLoopDelayMs: 0 })],
      options: { drain: { delayMs: DELAY_MS, timeoutMs: 1_000 } },
    });
    await using early = await node.connect();
    const begunAtMs = performance.now();
    const ended = node.app.close();
    const ready = await eventually(async () => {
      const response = await fetch(`http://127.0.0.1:${node.port}/readyz`);
      expect(response.status).toBe(503);
      return (await response.json()) as object;
    });
    expect(ready).toMatchObject({ state: 'leaving', sessions: 1 });
    expect(await (await fetch(`http://127.0.0.1:${node.port}/healthz`)).json()).toMatchObject({ status: 'ok', state: 'leaving' });
    await using late = await node.connect();
    expect([await early.result('work'), await late.result('work')]).toEqual(['done', 'done']);
    expect(await node.hub.broadcast('news')).toEqual({ reached: 2 });
    for (const peer of [early, late]) expect(await peer.closed).toEqual({ code: 1012, reason: 'ServiceRestart' });
    expect(performance.now() - begunAtMs).toBeGreaterThanOrEqual(DELAY_MS - 5);
    await ended;
  });
});
