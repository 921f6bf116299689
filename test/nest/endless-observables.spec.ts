/** Observables that do not end by themselves are closed with their call. */
import { UseInterceptors } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import { Observable, map } from 'rxjs';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';

/** Observables that are open now, and the names of those that were closed. */
const open = new Set<string>();

function watched(name: string, onClose: () => void = () => undefined): Observable<string> {
  return new Observable<string>((subscriber) => {
    open.add(name);
    subscriber.next('first');
    return () => {
      open.delete(name);
      onClose();
    };
  });
}

class Passing implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((value: unknown) => [value]));
  }
}

@RpcGateway()
class EndlessGateway {
  @RpcMethod()
  quick(): number {
    return 1;
  }

  @RpcMethod()
  endless({ name }: { name: string }): Observable<string> {
    return watched(name);
  }

  @RpcMethod()
  async endlessLater({ name }: { name: string }): Promise<Observable<string>> {
    return watched(name);
  }

  @RpcMethod()
  @UseInterceptors(Passing)
  endlessBehind({ name }: { name: string }): Observable<string> {
    return watched(name);
  }

  @RpcMethod('endlessTimed', { timeoutMs: 20 })
  endlessTimed({ name }: { name: string }): Observable<string> {
    return watched(name);
  }

  @RpcMethod('badEnding', { timeoutMs: 5_000 })
  badEnding({ name }: { name: string }): Observable<string> {
    return watched(name, () => {
      throw new Error('the end failed');
    });
  }
}

describe('an Observable that does not end', () => {
  const roads = ['endless', 'endlessLater', 'endlessBehind'];

  it.each(roads)('is closed when the call is cancelled: %s', async (method) => {
    await using node = await startNode({ providers: [EndlessGateway] });
    await using peer = await node.connect();
    peer.send({ jsonrpc: '2.0', id: 'x', method, params: { name: method } });
    await eventually(() => expect(open).toContain(method));
    peer.notify('$/cancelRequest', { id: 'x' });
    expect((await peer.response('x')).error?.code).toBe(-32800);
    await eventually(() => expect(open).not.toContain(method));
  });

  it.each(roads)('is closed when the peer leaves: %s', async (method) => {
    await using node = await startNode({ providers: [EndlessGateway] });
    const peer = await node.connect();
    peer.send({ jsonrpc: '2.0', id: 'x', method, params: { name: method } });
    await eventually(() => expect(open).toContain(method));
    peer.socket.terminate();
    await eventually(() => expect(open).not.toContain(method));
  });

  it('is closed when the call times out', async () => {
    await using node = await startNode({ providers: [EndlessGateway] });
    await using peer = await node.connect();
    expect((await peer.request('endlessTimed', { name: 'timed' })).error?.code).toBe(-32008);
    await eventually(() => expect(open).not.toContain('timed'));
  });

  it('is closed when the app closes and the time of the drain is over', async () => {
    const node = await startNode({ providers: [EndlessGateway], options: { drain: { timeoutMs: 100 } } });
    await using peer = await node.connect();
    peer.notify('endless', { name: 'closing' });
    await eventually(() => expect(open).toContain('closing'));
    await node.app.close();
    expect(open).not.toContain('closing');
  });

  it.each(['cancelled', 'cut off'])('and fails while it is closed harms nobody, when its call is %s', async (how) => {
    await using node = await startNode({ providers: [EndlessGateway] });
    await using bystander = await node.connect();
    await using peer = await node.connect();
    peer.send({ jsonrpc: '2.0', id: 'x', method: 'badEnding', params: { name: how } });
    await eventually(() => expect(open).toContain(how));
    if (how === 'cancelled') {
      peer.notify('$/cancelRequest', { id: 'x' });
      expect((await peer.response('x')).error?.code).toBe(-32800);
      expect(await peer.result('quick')).toBe(1);
    } else {
      peer.socket.terminate();
    }
    await eventually(() => expect(open).not.toContain(how));
    expect(await bystander.result('quick')).toBe(1);
  });
});
