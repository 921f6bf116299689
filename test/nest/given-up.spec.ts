/** Calls that are given up behind an interceptor, which lets go of a handler that goes on. */
import { Catch, UseFilters, UseInterceptors } from '@nestjs/common';
import type { CallHandler, ExceptionFilter, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { FaultFacts } from 'nestjs-realtime';
import { map, timeout } from 'rxjs';
import type { Observable } from 'rxjs';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';

class Passing implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((value: unknown) => value));
  }
}

class Impatient implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(timeout(5));
  }
}

const filtered: unknown[] = [];

@Catch()
class Noting implements ExceptionFilter {
  catch(error: unknown): void {
    filtered.push(error);
  }
}

@RpcGateway()
@UseFilters(new Noting())
class WorkGateway {
  atWork = 0;
  most = 0;
  private readonly waiting: ((fault?: Error) => void)[] = [];

  @RpcMethod()
  @UseInterceptors(new Passing(), new Passing())
  piped(): Promise<void> {
    return this.work();
  }

  @RpcMethod({ timeoutMs: 20 })
  @UseInterceptors(new Passing())
  short(): Promise<void> {
    return this.work();
  }

  @RpcMethod()
  @UseInterceptors(new Impatient())
  impatient(): Promise<void> {
    return this.work();
  }

  endAll(fault?: Error): void {
    for (const end of this.waiting.splice(0)) end(fault);
  }

  private work(): Promise<void> {
    this.most = Math.max(this.most, ++this.atWork);
    return new Promise<void>((resolve, reject) => this.waiting.push((fault) => (fault ? reject(fault) : resolve()))).finally(
      () => this.atWork--,
    );
  }
}

const start = (faults: FaultFacts[] = []) =>
  startNode({ providers: [WorkGateway], options: { limits: { inFlight: 2 }, observers: [{ fault: (facts) => void faults.push(facts) }] } });

describe('a handler behind an interceptor', () => {
  beforeEach(() => filtered.splice(0));

  it.each(['piped', 'short', 'impatient'])('keeps its place until it is done, though its call is over: %s', async (method) => {
    await using node = await start();
    await using peer = await node.connect();
    const work = node.app.get(WorkGateway);
    for (const id of [0, 1]) peer.send({ jsonrpc: '2.0', id, method });
    await eventually(() => expect(work.atWork).toBe(2));
    if (method === 'piped') for (const id of [0, 1]) peer.send({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id } });
    for (const id of [2, 3, 4, 5]) peer.send({ jsonrpc: '2.0', id, method });
    // The first two are answered; the others wait for their handlers.
    await eventually(() => expect(peer.messages.filter(({ error }) => error)).toHaveLength(2));
    await new Promise((resolve) => setImmediate(resolve));
    expect([work.atWork, work.most]).toEqual([2, 2]);
    await eventually(() => {
      work.endAll();
      expect([work.atWork, peer.messages.filter(({ id }) => typeof id === 'number').length]).toEqual([0, 6]);
    });
    expect(work.most).toBe(2);
  });

  it('that fails after its time is told to observers, and filters hear of nothing', async () => {
    const faults: FaultFacts[] = [];
    await using node = await start(faults);
    await using peer = await node.connect();
    expect(await peer.request('short')).toMatchObject({ error: { code: -32008 } });
    node.app.get(WorkGateway).endAll(new Error('late'));
    await eventually(() =>
      expect(faults).toEqual([expect.objectContaining({ what: expect.stringContaining('after its call was given up') })]),
    );
    expect(filtered).toEqual([]);
  });

  it('frees the id of its call when that is answered', async () => {
    await using node = await start();
    await using peer = await node.connect();
    for (let i = 0; i < 2; i++) {
      peer.send({ jsonrpc: '2.0', id: 'same', method: 'impatient' });
      await eventually(() => expect(peer.messages).toHaveLength(i + 1));
    }
    expect(peer.messages.map(({ error }) => error?.reason)).toEqual(['InternalError', 'InternalError']);
    node.app.get(WorkGateway).endAll();
  });
});
