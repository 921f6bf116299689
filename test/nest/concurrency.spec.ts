/** Calls of one session run side by side, up to a bound; beyond it the socket is not read, and nothing is lost. */
import { MessageBody } from '@nestjs/websockets';
import { RpcContext, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';
import type { RpcPeer } from '../support/rpc-peer.js';
import { Latch } from './latch.js';

/** What runs now, by session, and the most that ever ran at once. */
class Meter {
  private readonly now = new Map<string, number>();
  most = 0;
  total = 0;

  enter(session: string): void {
    const running = this.running(session) + 1;
    this.now.set(session, running);
    this.most = Math.max(this.most, running);
    this.total++;
  }

  leave(session: string): void {
    this.now.set(session, this.running(session) - 1);
  }

  running(session: string): number {
    return this.now.get(session) ?? 0;
  }

  get sum(): number {
    return [...this.now.values()].reduce((sum, running) => sum + running, 0);
  }
}

/** Opened by a test to let its handlers go. */
const gates = new Map<string, Latch>();

function gate(name: string): Latch {
  const known = gates.get(name) ?? new Latch();
  gates.set(name, known);
  return known;
}

@RpcGateway()
class WorkGateway {
  constructor(private readonly meter: Meter) {}

  @RpcMethod()
  async wait(@MessageBody('gate') name: string, @RpcContext() { id, session }: RpcContext): Promise<unknown> {
    this.meter.enter(session.id);
    try {
      await gate(name).opened;
      return id;
    } finally {
      this.meter.leave(session.id);
    }
  }

  /** Pays no attention to anything. */
  @RpcMethod('stubborn', { timeoutMs: 20 })
  async stubborn(@MessageBody('gate') name: string, @RpcContext() call: RpcContext): Promise<unknown> {
    return this.wait(name, call);
  }

  @RpcMethod()
  quick(): string {
    return 'quick';
  }
}

const requests = (count: number, method: string, params: object, from = 0): object[] =>
  Array.from({ length: count }, (_item, index) => ({ jsonrpc: '2.0', id: from + index, method, params }));

function answeredIds(peer: RpcPeer): unknown[] {
  return peer.messages.flatMap((message) => (Array.isArray(message) ? (message as { id: unknown }[]).map(({ id }) => id) : [message.id]));
}

describe('a slow handler', () => {
  it('does not hold up other calls of its session', async () => {
    await using node = await startNode({ providers: [WorkGateway, Meter] });
    await using peer = await node.connect();
    peer.send({ jsonrpc: '2.0', id: 'slow', method: 'wait', params: { gate: 'slow' } });
    expect(await peer.result('quick')).toBe('quick');
    expect(await peer.result('heartbeat')).toMatchObject({ status: 'ok' });
    peer.send([{ jsonrpc: '2.0', id: 'in batch', method: 'quick' }]);
    await eventually(() => expect(answeredIds(peer)).toContain('in batch'));
    gate('slow').open();
    expect((await peer.response('slow')).result).toBe('slow');
  });

  it('does not hold up pushes to its session', async () => {
    await using node = await startNode({ providers: [WorkGateway, Meter], options: { limits: { inFlight: 1 } } });
    await using peer = await node.connect();
    peer.send(requests(5, 'wait', { gate: 'pushes' })[0]);
    await eventually(() => expect(node.app.get(Meter).sum).toBe(1));
    expect(await node.hub.broadcast('news', { n: 1 })).toEqual({ reached: 1 });
    await peer.push('news');
    gate('pushes').open();
  });
});

describe('limits.inFlight', () => {
  it('bounds what runs at once, and everything is answered in the end', async () => {
    await using node = await startNode({ providers: [WorkGateway, Meter], options: { limits: { inFlight: 3 } } });
    await using peer = await node.connect();
    const meter = node.app.get(Meter);
    for (const request of requests(100, 'wait', { gate: 'hundred' })) peer.send(request);
    await eventually(() => expect(meter.sum).toBe(3));
    gate('hundred').open();
    await eventually(() => expect(answeredIds(peer)).toHaveLength(100));
    expect(new Set(answeredIds(peer)).size).toBe(100);
    expect(meter).toMatchObject({ most: 3, total: 100 });
  });

  it('stops reading the socket beyond it', async () => {
    await using node = await startNode({ providers: [WorkGateway, Meter], options: { limits: { inFlight: 2 } } });
    await using peer = await node.connect();
    for (const request of requests(3, 'wait', { gate: 'stop' })) peer.send(request);
    await eventually(() => expect(node.app.get(Meter).sum).toBe(2));
    // Far more than the kernel keeps for two sockets of one machine.
    const padding = 'x'.repeat(60_000);
    for (let i = 0; i < 800; i++) peer.notify('quick', { padding });
    peer.send({ jsonrpc: '2.0', id: 'after', method: 'quick' });
    expect(await steady(() => peer.socket.bufferedAmount)).toBeGreaterThan(10_000_000);
    gate('stop').open();
    await eventually(() => expect(peer.socket.bufferedAmount).toBe(0), { timeoutMs: 15_000 });
    expect((await peer.response('after')).result).toBe('quick');
  });

  it('leaves other sessions alone', async () => {
    await using node = await startNode({ providers: [WorkGateway, Meter], options: { limits: { inFlight: 1 } } });
    await using busy = await node.connect();
    await using other = await node.connect();
    for (const request of requests(10, 'wait', { gate: 'busy' })) busy.send(request);
    await eventually(() => expect(node.app.get(Meter).sum).toBe(1));
    expect(await other.result('quick')).toBe('quick');
    gate('busy').open();
    await eventually(() => expect(answeredIds(busy)).toHaveLength(10));
  });

  it.each([1, 2, 7, 64])('of %p lets a batch through that is larger', async (inFlight) => {
    await using node = await startNode({ providers: [WorkGateway, Meter], options: { limits: { inFlight, batchItems: 200 } } });
    await using peer = await node.connect();
    const meter = node.app.get(Meter);
    const name = `batch ${inFlight}`;
    const notification = { jsonrpc: '2.0', method: 'wait', params: { gate: name } };
    peer.send([...requests(99, 'wait', { gate: name }), notification, { jsonrpc: '2.0', id: 'unknown', method: 'nobody' }, 1]);
    peer.send({ jsonrpc: '2.0', id: 'next', method: 'quick' });
    await eventually(() => expect(meter.sum).toBe(inFlight));
    gate(name).open();
    expect((await peer.response('next')).result).toBe('quick');
    await eventually(() => expect(answeredIds(peer)).toHaveLength(102));
    expect(new Set(answeredIds(peer))).toEqual(new Set([...Array.from({ length: 99 }, (_x, id) => id), 'unknown', null, 'next']));
    expect(meter).toMatchObject({ most: inFlight, total: 100 });
  });

  it('counts notifications and requests with the id null', async () => {
    await using node = await startNode({ providers: [WorkGateway, Meter], options: { limits: { inFlight: 2 } } });
    await using peer = await node.connect();
    const meter = node.app.get(Meter);
    for (let i = 0; i < 5; i++) peer.notify('wait', { gate: 'silent' });
    for (let i = 0; i < 5; i++) peer.send({ jsonrpc: '2.0', id: null, method: 'wait', params: { gate: 'silent' } });
    await eventually(() => expect(meter.sum).toBe(2));
    gate('silent').open();
    await eventually(() => expect(meter.total).toBe(10));
    await peer.settled();
    expect(meter.most).toBe(2);
    expect(peer.messages.filter(({ id }) => id === null)).toHaveLength(5);
  });

  it('still counts a call that timed out, until its handler is done', async () => {
    await using node = await startNode({ providers: [WorkGateway, Meter], options: { limits: { inFlight: 1 } } });
    await using peer = await node.connect();
    const meter = node.app.get(Meter);
    expect((await peer.request('stubborn', { gate: 'stubborn' }, 'first')).error?.code).toBe(-32008);
    peer.send({ jsonrpc: '2.0', id: 'second', method: 'wait', params: { gate: 'stubborn' } });
    await eventually(() => expect(meter.sum).toBe(1));
    expect(answeredIds(peer)).toEqual(['first']);
    gate('stubborn').open();
    expect((await peer.response('second')).result).toBe('second');
    expect(meter.most).toBe(1);
  });
});

/** Waits until a figure does not move any more. */
async function steady(figure: () => number): Promise<number> {
  let last = NaN;
  let rounds = 0;
  return eventually(() => {
    const now = figure();
    rounds = now === last ? rounds + 1 : 0;
    last = now;
    if (rounds < 50) throw new Error('Still moving');
    return now;
  });
}
