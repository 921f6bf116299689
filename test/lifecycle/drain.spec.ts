/** A node that is drained: nobody loses what was promised, and nobody new comes in. */
import { DrainService, HubService, RpcContext, RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { DrainOptions, DrainReport } from 'nestjs-realtime';
import { Latch } from '../nest/latch.js';
import { rawUpgrade } from '../nest/raw-http.js';
import { RawPeer } from '../delivery/raw-peer.js';
import { eventually } from '../support/eventually.js';
import type { NodeParts, RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

@RpcGateway()
class WorkGateway {
  latch = new Latch();
  begun = 0;
  readonly aborted: unknown[] = [];
  drained: Promise<DrainReport> | undefined;

  constructor(
    private readonly drains: DrainService,
    private readonly hub: HubService,
  ) {}

  @RpcMethod()
  async work(params: unknown, { signal }: RpcContext): Promise<unknown> {
    this.begun++;
    signal.addEventListener('abort', () => this.aborted.push((signal.reason as { code: unknown }).code));
    await this.latch.opened;
    return params;
  }

  @RpcMethod()
  drain(): number {
    this.drained = this.drains.drain();
    return this.hub.stats().sessions.open;
  }
}

const start = (parts: NodeParts = {}): Promise<RunningNode> => startNode({ providers: [WorkGateway], ...parts });
const workOf = (node: RunningNode): WorkGateway => node.app.get(WorkGateway);
const drain = (node: RunningNode, options?: DrainOptions): Promise<DrainReport> => node.app.get(DrainService).drain(options);
const call = (id: unknown, method = 'work', params: unknown = { id }): unknown => ({ jsonrpc: '2.0', id, method, params });

describe('a drain', () => {
  it('lets calls in flight finish, refuses new ones, and closes with 1012 when the last is answered', async () => {
    await using node = await start();
    await using peer = await node.connect();
    await using idle = await node.connect();
    peer.send(call(1));
    peer.send([call(2), call(3, 'heartbeat')]);
    await eventually(() => expect(workOf(node).begun).toBe(2));
    const done = drain(node);
    expect(await idle.closed).toEqual({ code: 1012, reason: 'ServiceRestart' });
    await peer.push('session.shutdown');
    expect((await peer.request('work')).error).toMatchObject({ code: -32053, reason: 'ServiceUnavailable' });
    peer.notify('work');
    expect((await peer.request('heartbeat')).error?.code).toBe(-32053);
    // It is still a session: pushes reach it.
    expect(await node.hub.broadcast('news')).toEqual({ reached: 1 });
    expect(workOf(node).begun).toBe(2);
    workOf(node).latch.open();
    expect(await peer.closed).toEqual({ code: 1012, reason: 'ServiceRestart' });
    expect(peer.messages.slice(-3)).toMatchObject([
      { method: 'news' },
      { id: 1, result: { id: 1 } },
      [
        { id: 3, result: { status: 'ok' } },
        { id: 2, result: { id: 2 } },
      ],
    ]);
    expect([await done, workOf(node).aborted]).toEqual([{ sessions: 2, cut: 0 }, []]);
  });

  it('refuses calls that wait for a free place, and reads on', async () => {
    await using node = await start({ options: { limits: { inFlight: 1 } } });
    await using peer = await node.connect();
    for (let id = 0; id < 20; id++) peer.send(call(id));
    await eventually(() => expect(workOf(node).begun).toBe(1));
    const done = drain(node);
    for (let id = 1; id < 20; id++) expect((await peer.response(id)).error?.code).toBe(-32053);
    workOf(node).latch.open();
    expect([(await peer.response(0)).result, (await peer.closed).code]).toEqual([{ id: 0 }, 1012]);
    expect([await done, workOf(node).begun]).toEqual([{ sessions: 1, cut: 0 }, 1]);
  });

  it('is over for a session when its last call is taken back', async () => {
    await using node = await start();
    await using peer = await node.connect();
    peer.send(call(1));
    await eventually(() => expect(workOf(node).begun).toBe(1));
    const done = drain(node);
    await peer.push('session.shutdown');
    peer.notify('$/cancelRequest', { id: 1 });
    expect((await peer.response(1)).error?.code).toBe(-32800);
    expect((await peer.closed).code).toBe(1012);
    expect(await done).toEqual({ sessions: 1, cut: 0 });
  });

  it('gives up calls that run longer than timeoutMs: their signals fire, they are answered, and the peer sees 1012', async () => {
    await using node = await start();
    await using peer = await node.connect();
    peer.send(call(1));
    peer.send([call(2), call(3)]);
    await eventually(() => expect(workOf(node).begun).toBe(3));
    const done = drain(node, { timeoutMs: 100 });
    expect((await peer.closed).code).toBe(1012);
    expect(peer.messages.slice(-2)).toMatchObject([
      { id: 1, error: { code: -32053 } },
      [{ error: { code: -32053 } }, { error: { code: -32053 } }],
    ]);
    expect([await done, workOf(node).aborted]).toEqual([{ sessions: 1, cut: 1 }, ['draining', 'draining', 'draining']]);
  });

  it('cuts peers that never answer the close frame when timeoutMs is over, and counts them', async () => {
    await using node = await start({ options: { writeTimeoutMs: 60_000 } });
    await using deaf = await RawPeer.connect(node.port);
    await using polite = await node.connect();
    await polite.settled();
    const startedMs = performance.now();
    // Long enough for the polite one, however busy the machine is. A timer of Node may fire a millisecond early.
    expect(await drain(node, { timeoutMs: 1_000 })).toEqual({ sessions: 2, cut: 1 });
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(999);
    await deaf.ended;
    expect([deaf.closeCode, (await polite.closed).code]).toEqual([1012, 1012]);
    expect(node.hub.stats().sessions).toEqual({ open: 0, closing: 0 });
  });

  it('refuses opening requests with 503 before anybody is told, and for good', async () => {
    await using node = await start();
    await using peer = await node.connect();
    await peer.settled();
    const done = drain(node);
    expect(peer.pushes).toEqual([]);
    const response = await rawUpgrade(node.port, '/ws');
    expect([response.status, Number(response.headers['retry-after']) > 0]).toEqual([503, true]);
    await done;
    expect((await rawUpgrade(node.port, '/ws')).status).toBe(503);
  });

  it('may be asked for by a handler, whose answer leaves first', async () => {
    await using node = await start();
    await using peer = await node.connect();
    expect(await peer.result('drain')).toBe(1);
    expect((await peer.closed).code).toBe(1012);
    expect(peer.messages).toMatchObject([{ result: 1 }, { method: 'session.shutdown' }]);
    expect(await workOf(node).drained).toEqual({ sessions: 1, cut: 0 });
  });

  it('is one drain, however often it is asked for, also by the end of the app', async () => {
    const node = await start();
    const peer = await node.connect();
    peer.send(call(1));
    await eventually(() => expect(workOf(node).begun).toBe(1));
    const [first, second] = [drain(node), drain(node, { windowMs: 0, timeoutMs: 0 })];
    const closed = node.app.close();
    await peer.push('session.shutdown');
    workOf(node).latch.open();
    expect([await first, await second]).toEqual([
      { sessions: 1, cut: 0 },
      { sessions: 1, cut: 0 },
    ]);
    await closed;
    expect(peer.pushes.length).toBe(1);
    expect((await peer.closed).code).toBe(1012);
  });

  it('of an app that closes lets calls finish while their providers live', async () => {
    const lives: boolean[] = [];
    class Database {
      alive = true;
      onModuleDestroy(): void {
        this.alive = false;
      }
    }
    const database = new Database();
    const latch = new Latch();
    @RpcGateway()
    class StoreGateway {
      @RpcMethod()
      async store(@RpcContext() { session }: RpcContext): Promise<boolean> {
        session.push('begun');
        await latch.opened;
        lives.push(database.alive);
        return database.alive;
      }
    }
    const node = await start({ providers: [{ provide: Database, useValue: database }, StoreGateway] });
    const peer = await node.connect();
    peer.send(call(1, 'store'));
    await peer.push('begun');
    const closed = node.app.close();
    await peer.push('session.shutdown');
    latch.open();
    await closed;
    expect([(await peer.response(1)).result, lives, database.alive]).toEqual([true, [true], false]);
  });
});
