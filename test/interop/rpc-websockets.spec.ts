import { RpcError, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { Client } from 'rpc-websockets';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { everybodyGone } from './everybody-gone.js';

@RpcGateway()
class PlainGateway {
  readonly noticed: unknown[] = [];

  @RpcMethod()
  sum(params: readonly number[]): number {
    return params.reduce((total, value) => total + value, 0);
  }

  @RpcMethod()
  notice(params: unknown): void {
    this.noticed.push(params);
  }

  @RpcMethod()
  nothing(): void {}

  @RpcMethod()
  refuse(): never {
    throw new RpcError(42, 'Not today', { reason: 'Closed', data: { until: 'tomorrow' } });
  }
}

/** What the client says with its next event of this name. */
function eventOf(client: Client, name: string): Promise<unknown> {
  return new Promise((resolve) => client.once(name, resolve));
}

class PlainClient implements AsyncDisposable {
  private constructor(
    readonly rpc: Client,
    private readonly node: RunningNode,
  ) {}

  static async connect(node: RunningNode): Promise<PlainClient> {
    const rpc = new Client(node.url(), { reconnect: false });
    await eventOf(rpc, 'open');
    return new PlainClient(rpc, node);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = eventOf(this.rpc, 'close');
    this.rpc.close(1000);
    await closed;
    await everybodyGone(this.node);
  }
}

describe('the client of rpc-websockets', () => {
  it('calls plain methods', async () => {
    await using node = await startNode({ providers: [PlainGateway] });
    await using client = await PlainClient.connect(node);
    expect(await client.rpc.call('sum', [5, 3])).toBe(8);
    expect(await Promise.all([1, 2, 3].map((value) => client.rpc.call('sum', [value, value])))).toEqual([2, 4, 6]);
  });

  it('gets null where a handler returns nothing', async () => {
    await using node = await startNode({ providers: [PlainGateway] });
    await using client = await PlainClient.connect(node);
    expect(await client.rpc.call('nothing')).toBeNull();
  });

  it('gets the error objects of failed calls', async () => {
    await using node = await startNode({ providers: [PlainGateway] });
    await using client = await PlainClient.connect(node);
    const refusal = { code: 42, message: 'Not today', reason: 'Closed', data: { until: 'tomorrow' } };
    await expect(client.rpc.call('refuse')).rejects.toEqual(refusal);
    await expect(client.rpc.call('no.such.method')).rejects.toMatchObject({ code: -32601 });
  });

  it('sends plain notifications', async () => {
    await using node = await startNode({ providers: [PlainGateway] });
    await using client = await PlainClient.connect(node);
    await client.rpc.notify('notice', { text: 'hello' });
    await client.rpc.notify('no.such.method', [1]);
    expect(await client.rpc.call('sum', [1])).toBe(1);
    expect(node.app.get(PlainGateway).noticed).toEqual([{ text: 'hello' }]);
  });

  it('emits pushes under the names of their methods', async () => {
    await using node = await startNode({ providers: [PlainGateway] });
    await using client = await PlainClient.connect(node);
    const pushed = eventOf(client.rpc, 'news');
    await node.hub.broadcast('news', { title: 'one' });
    expect(await pushed).toEqual({ title: 'one' });
  });

  it('is told that its own dialect, rpc.*, is unknown here, and the process lives on', async () => {
    await using node = await startNode({ providers: [PlainGateway] });
    await using client = await PlainClient.connect(node);
    await expect(client.rpc.login({ user: 'a' })).rejects.toMatchObject({ code: -32601 });
    await expect(client.rpc.subscribe('toString')).rejects.toMatchObject({ code: -32601 });
    await expect(client.rpc.unsubscribe(['toString'])).rejects.toMatchObject({ code: -32601 });
    expect(await client.rpc.call('sum', [2, 2])).toBe(4);
  });
});
