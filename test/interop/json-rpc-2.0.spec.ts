import { once } from 'node:events';
import { JSONRPCClient, JSONRPCErrorException, JSONRPCServer, JSONRPCServerAndClient } from 'json-rpc-2.0';
import type { RpcCall, Session } from 'nestjs-realtime';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import WebSocket from 'ws';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

@RpcGateway()
class CalculatorGateway {
  readonly releases: (() => void)[] = [];

  @RpcMethod()
  sum(params: readonly number[]): number {
    return params.reduce((total, value) => total + value, 0);
  }

  @RpcMethod()
  greet({ name }: { readonly name: string }): string {
    return `Hello ${name}`;
  }

  /** Answers when the test lets it. */
  @RpcMethod()
  hold(): Promise<string> {
    return new Promise((resolve) => this.releases.push(() => resolve('late')));
  }

  /** Asks the caller something before it answers. */
  @RpcMethod('ask.back')
  async askBack(_params: unknown, { session }: RpcCall): Promise<unknown> {
    return { youSaid: await session.call('whoareyou', { politely: true }) };
  }
}

/** A peer of both kinds on one socket, wired as the package's own page shows it. */
class DuplexPeer implements AsyncDisposable {
  readonly rpc: JSONRPCServerAndClient;
  readonly sent: string[] = [];

  private constructor(readonly socket: WebSocket) {
    const send = (message: unknown): void => {
      const text = JSON.stringify(message);
      this.sent.push(text);
      socket.send(text);
    };
    this.rpc = new JSONRPCServerAndClient(new JSONRPCServer(), new JSONRPCClient(send));
    socket.on('message', (data: Buffer) => void this.rpc.receiveAndSend(JSON.parse(data.toString('utf8'))));
  }

  static async connect(node: RunningNode): Promise<DuplexPeer> {
    const peer = new DuplexPeer(new WebSocket(node.url()));
    await once(peer.socket, 'open');
    return peer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.socket, 'close');
    this.socket.close();
    await closed;
  }
}

function onlySession(node: RunningNode): Promise<Session> {
  return eventually(() => {
    const [session] = node.hub.find({ kind: 'all' });
    if (!session) throw new Error('Nobody is connected');
    return session;
  });
}

describe('json-rpc-2.0', () => {
  it('calls with params by position and by name', async () => {
    await using node = await startNode({ providers: [CalculatorGateway] });
    await using peer = await DuplexPeer.connect(node);
    expect(await peer.rpc.request('sum', [1, 2, 4])).toBe(7);
    expect(await peer.rpc.request('greet', { name: 'Ada' })).toBe('Hello Ada');
  });

  it('gets our errors as its own exceptions', async () => {
    await using node = await startNode({ providers: [CalculatorGateway] });
    await using peer = await DuplexPeer.connect(node);
    const failure = Promise.resolve(peer.rpc.request('no.such.method', {}));
    await expect(failure).rejects.toBeInstanceOf(JSONRPCErrorException);
    await expect(failure).rejects.toMatchObject({ code: -32601, message: 'Method not found' });
  });

  it('gets the answers of a batch', async () => {
    await using node = await startNode({ providers: [CalculatorGateway] });
    await using peer = await DuplexPeer.connect(node);
    const responses = await peer.rpc.requestAdvanced([
      { jsonrpc: '2.0', id: 0, method: 'sum', params: [1, 2] },
      { jsonrpc: '2.0', id: 'second', method: 'no.such.method' },
      { jsonrpc: '2.0', id: -3, method: 'greet', params: { name: 'Bob' } },
    ]);
    expect(responses).toHaveLength(3);
    expect(responses).toEqual(
      expect.arrayContaining([
        { jsonrpc: '2.0', id: 0, result: 3 },
        expect.objectContaining({ id: 'second', error: expect.objectContaining({ code: -32601 }) }),
        { jsonrpc: '2.0', id: -3, result: 'Hello Bob' },
      ]),
    );
  });

  it('answers calls of ours', async () => {
    await using node = await startNode({ providers: [CalculatorGateway] });
    await using peer = await DuplexPeer.connect(node);
    peer.rpc.addMethod('add', ([a, b]: [number, number]) => a + b);
    const session = await onlySession(node);
    expect(await session.call('add', [2, 3])).toBe(5);
    await expect(session.call('unknown')).rejects.toMatchObject({ name: 'PeerError', code: -32601 });
  });

  it('is called back while its own call waits', async () => {
    await using node = await startNode({ providers: [CalculatorGateway] });
    await using peer = await DuplexPeer.connect(node);
    peer.rpc.addMethod('whoareyou', ({ politely }: { politely: boolean }) => (politely ? 'Ada' : 'nobody'));
    expect(await peer.rpc.request('ask.back', {})).toEqual({ youSaid: 'Ada' });
  });

  it('gets pushes as notifications and answers none of them', async () => {
    await using node = await startNode({ providers: [CalculatorGateway] });
    await using peer = await DuplexPeer.connect(node);
    const news: unknown[] = [];
    peer.rpc.addMethod('news', (params: unknown) => void news.push(params));
    await node.hub.broadcast('news', { title: 'one' });
    await node.hub.broadcast('unheard.of', { title: 'two' });
    expect(await peer.rpc.request('sum', [1])).toBe(1);
    expect(news).toEqual([{ title: 'one' }]);
    expect(peer.sent).toHaveLength(1);
  });

  it('is not disturbed by an answer to a call that it gave up', async () => {
    await using node = await startNode({ providers: [CalculatorGateway] });
    await using peer = await DuplexPeer.connect(node);
    await expect(Promise.resolve(peer.rpc.timeout(1).request('hold', {}))).rejects.toThrow(/timeout/i);
    const [release] = await eventually(() => {
      const { releases } = node.app.get(CalculatorGateway);
      expect(releases).toHaveLength(1);
      return releases;
    });
    release?.();
    expect(await peer.rpc.request('sum', [1, 1])).toBe(2);
  });
});
