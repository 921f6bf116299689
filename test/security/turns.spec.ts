/** What one peer may have of one turn of the event loop, however much of it has come in while the node was busy. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import { RawPeer, frame, textFrame } from '../delivery/raw-peer.js';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

const PONG = 10;

/** Counts what is handled between two turns, and how long it would take if each byte had its cost. */
@RpcGateway()
class TurnGateway {
  /** Messages of each turn that had any. */
  readonly turns: number[] = [];
  private inTurn = 0;
  private stopped = false;

  async count(): Promise<void> {
    while (!this.stopped) {
      await nextTurn();
      if (this.inTurn > 0) this.turns.push(this.inTurn);
      this.inTurn = 0;
    }
  }

  stop(): void {
    this.stopped = true;
  }

  get handled(): number {
    return this.turns.reduce((sum, count) => sum + count, 0);
  }

  @RpcMethod()
  note(): void {
    this.inTurn++;
  }
}

/** Holds the event loop, so that the kernel has very much to give when it goes on. */
function holdLoop(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

const note = (bytes: number): Buffer => textFrame({ jsonrpc: '2.0', method: 'note', params: ['x'.repeat(bytes - 50)] });

/** Sends all of it before the node reads any of it. @returns messages of the fullest turn */
async function mostInATurn(node: RunningNode, peer: RawPeer, count: number, bytes: number): Promise<number> {
  const gateway = node.app.get(TurnGateway);
  const counting = gateway.count();
  const one = note(bytes);
  peer.socket.write(Buffer.concat(Array.from({ length: count }, () => one)));
  holdLoop(50);
  await eventually(() => expect(gateway.handled).toBe(count), { timeoutMs: 15_000 });
  gateway.stop();
  await counting;
  return Math.max(...gateway.turns);
}

const start = (): Promise<RunningNode> => startNode({ providers: [TurnGateway] });

describe('in one turn of the event loop', () => {
  it.each([
    [60, 12_000, 2 * 256],
    [256, 8_000, 2 * 256],
    [4_000, 500, 2 * 32],
    [60_000, 40, 2 * 3],
  ])('messages of %i bytes get no more than two shares, and all of them are handled', async (bytes, count, most) => {
    await using node = await start();
    await using peer = await RawPeer.connect(node.port);
    expect(await mostInATurn(node, peer, count, bytes)).toBeLessThanOrEqual(most);
  });

  it('pongs without end let others have their turn: a call behind them is answered, and so are those of others', async () => {
    await using node = await start();
    await using peer = await RawPeer.connect(node.port);
    await using bystander = await node.connect();
    const pong = frame(PONG, Buffer.alloc(0));
    peer.socket.write(Buffer.concat(Array.from({ length: 50_000 }, () => pong)));
    peer.send({ jsonrpc: '2.0', id: 'behind', method: 'heartbeat' });
    expect(await bystander.request('heartbeat')).toMatchObject({ result: { status: 'ok' } });
    expect(await peer.response('behind')).toMatchObject({ result: { status: 'ok' } });
  });

  it('a peer that sends one message in each turn is never put off', async () => {
    await using node = await start();
    await using peer = await RawPeer.connect(node.port);
    for (let sent = 0; sent < 600; sent++) expect(await peer.request('heartbeat')).toMatchObject({ result: { status: 'ok' } });
  });
});

describe('calls that have waited for a sign-in', () => {
  it('begin a few frames in a turn, in their order', async () => {
    let signIn: () => void = () => undefined;
    const authenticator = (): Promise<null> => new Promise((resolve) => (signIn = () => resolve(null)));
    await using node = await startNode({ providers: [TurnGateway], options: { auth: { authenticator }, anonymousTimeoutMs: 0 } });
    await using bystander = await node.connect();
    await using peer = await RawPeer.connect(node.port);
    const gateway = node.app.get(TurnGateway);
    const counting = gateway.count();
    peer.send({ jsonrpc: '2.0', id: 'in', method: 'login', params: { accessToken: 'x' } });
    const one = note(60_000);
    peer.socket.write(Buffer.concat([one, one, one, one]));
    await eventually(() => expect(node.hub.stats().bytesReceived).toBeGreaterThan(240_000));
    await bystander.settled();
    signIn();
    await eventually(() => expect(gateway.handled).toBe(4));
    gateway.stop();
    await counting;
    expect(Math.max(...gateway.turns)).toBeLessThan(4);
  });
});
