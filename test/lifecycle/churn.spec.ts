/** Thousands of sessions later a process is as it was before the first. */
import type { Server } from 'node:http';
import { promisify } from 'node:util';
import { RpcContext, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { RawPeer } from '../delivery/raw-peer.js';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

const CONNECTS = 3_000;
const AT_ONCE = 50;

@RpcGateway()
class ChurnGateway {
  opened = 0;
  ended = 0;
  begun = 0;
  aborted = 0;

  handleConnection(): void {
    this.opened++;
  }

  async handleDisconnect(): Promise<void> {
    await Promise.resolve();
    this.ended++;
  }

  @RpcMethod('wait', { timeoutMs: 60_000 })
  async wait(@RpcContext() { signal }: RpcContext): Promise<void> {
    this.begun++;
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    this.aborted++;
  }
}

/** What the process holds open, by kind. Timers that keep it alive are among it. */
function handles(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  // What the test runner itself waits for comes and goes.
  delete counts['Immediate'];
  return counts;
}

/** What the process holds beyond what it held before. */
function more(before: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(handles()).filter(([kind, count]) => count > (before[kind] ?? 0));
}

/** What the process holds as soon as nothing of this kind is left of what went before. */
function heldWithout(kind: string): Promise<Record<string, number>> {
  return eventually(() => {
    const held = handles();
    if (held[kind] !== undefined) throw new Error(`There is still a ${kind}`);
    return held;
  });
}

/** What the process holds as soon as nobody is connected to the node; other tests in this process may hold something of their own. */
function heldWithoutPeers({ app }: RunningNode): Promise<Record<string, number>> {
  const server = app.getHttpServer() as Server;
  return eventually(async () => {
    const connections = await promisify(server.getConnections.bind(server))();
    if (connections > 0) throw new Error(`There are still ${connections} connections`);
    return handles();
  });
}

async function live(node: RunningNode, index: number): Promise<void> {
  await using peer = await RawPeer.connect(node.port);
  await peer.request('subscribe', { topics: ['all', `own:${index}`] });
  if (index % 3 === 0) peer.send({ jsonrpc: '2.0', id: 'never', method: 'wait' });
  if (index % 4 === 0) peer.reset();
  else if (index % 4 === 1) peer.sayGoodbye(1000);
  else if (index % 4 === 2) node.hub.find({ kind: 'topic', topic: `own:${index}` })[0]?.close();
  peer.socket.end();
  await peer.ended;
}

describe('connecting and disconnecting', () => {
  it(`leaves no handle, timer, map entry or session behind after ${CONNECTS} sessions`, async () => {
    const options = {
      defaultTopicPolicy: 'allow',
      heartbeat: { pingIntervalMs: 50, pongTimeoutMs: 10_000, idleTimeoutMs: 10_000 },
    } as const;
    await using node = await startNode({ providers: [ChurnGateway], options });
    const gateway = node.app.get(ChurnGateway);
    await live(node, 0);
    await eventually(() => expect(gateway.ended).toBe(1));
    const before = await heldWithoutPeers(node);
    const queue = Array.from({ length: CONNECTS }, (_unused, index) => index);
    const worker = async (): Promise<void> => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) await live(node, next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await eventually(() => expect(gateway.ended).toBe(CONNECTS + 1));
    await eventually(() => expect(more(before)).toEqual([]));
    expect(gateway.opened).toBe(CONNECTS + 1);
    await eventually(() => expect(gateway.aborted).toBe(gateway.begun));
    // What went with a reset may not have been read.
    expect(gateway.begun).toBeGreaterThanOrEqual(CONNECTS / 6);
    const { sessions, topics, users, signedIn, anonymous } = node.hub.stats();
    expect({ sessions, topics, users, signedIn, anonymous }).toEqual({
      sessions: { open: 0, closing: 0 },
      topics: 0,
      users: 0,
      signedIn: 0,
      anonymous: 0,
    });
  }, 60_000);

  it('leaves nothing behind when the app is gone', async () => {
    const before = await heldWithout('TCPServerWrap');
    {
      await using node = await startNode({ providers: [ChurnGateway] });
      await Promise.all(Array.from({ length: 20 }, (_unused, index) => live(node, index)));
    }
    await eventually(() => expect(more(before)).toEqual([]));
  });
});
