import { once } from 'node:events';
import type { RpcCall } from 'nestjs-realtime';
import { RpcError, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { CancellationTokenSource, ResponseError } from 'vscode-jsonrpc';
import type { MessageConnection } from 'vscode-jsonrpc';
import { ConsoleLogger, createWebSocketConnection, toSocket } from 'vscode-ws-jsonrpc';
import WebSocket from 'ws';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

/** What a language server begins with. */
@RpcGateway()
class LanguageGateway {
  readonly aborted: unknown[] = [];
  readonly opened: unknown[] = [];
  initializeId: unknown;

  @RpcMethod()
  initialize(_params: unknown, call: RpcCall): unknown {
    this.initializeId = call.id;
    return { capabilities: { hoverProvider: true } };
  }

  @RpcMethod('textDocument/didOpen')
  didOpen(params: unknown): void {
    this.opened.push(params);
  }

  @RpcMethod('textDocument/hover')
  hover(): never {
    throw new RpcError(-31_000, 'No document', { data: { uri: 'file:///a' } });
  }

  /** Runs until somebody takes the call back. */
  @RpcMethod('workspace/symbol')
  symbol(_params: unknown, { signal }: RpcCall): Promise<never> {
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        this.aborted.push(signal.reason);
        reject(signal.reason as Error);
      });
    });
  }

  @RpcMethod('workspace/configure')
  async configure(_params: unknown, { session }: RpcCall): Promise<unknown> {
    return session.call('workspace/configuration', { items: [{ section: 'editor' }] });
  }
}

/** The client side of a language server protocol, as editors in browsers use it. */
class LanguageClient implements AsyncDisposable {
  private constructor(
    readonly socket: WebSocket,
    readonly connection: MessageConnection,
  ) {}

  static async connect(node: RunningNode): Promise<LanguageClient> {
    const socket = new WebSocket(node.url());
    await once(socket, 'open');
    // The `ws` client keeps to the interface of browsers as far as toSocket() uses it; the types do not say so.
    const browserSocket = socket as unknown as globalThis.WebSocket;
    const connection = createWebSocketConnection(toSocket(browserSocket), new ConsoleLogger());
    connection.listen();
    return new LanguageClient(socket, connection);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.socket, 'close');
    this.socket.close(1000);
    await closed;
    this.connection.dispose();
  }
}

describe('vscode-ws-jsonrpc', () => {
  it('initializes with id 0', async () => {
    await using node = await startNode({ providers: [LanguageGateway] });
    await using client = await LanguageClient.connect(node);
    expect(await client.connection.sendRequest('initialize', { processId: null })).toEqual({ capabilities: { hoverProvider: true } });
    expect(node.app.get(LanguageGateway).initializeId).toBe(0);
  });

  it('cancels a request with $/cancelRequest and gets -32800', async () => {
    await using node = await startNode({ providers: [LanguageGateway] });
    await using client = await LanguageClient.connect(node);
    const source = new CancellationTokenSource();
    const request = client.connection.sendRequest('workspace/symbol', { query: 'a' }, source.token);
    source.cancel();
    await expect(request).rejects.toMatchObject({ code: -32800 });
    await expect(request).rejects.toBeInstanceOf(ResponseError);
    expect(node.app.get(LanguageGateway).aborted).toMatchObject([{ code: 'cancelled' }]);
    source.dispose();
  });

  it('goes on working after a cancellation that comes too late', async () => {
    await using node = await startNode({ providers: [LanguageGateway] });
    await using client = await LanguageClient.connect(node);
    await client.connection.sendNotification('$/cancelRequest', { id: 0 });
    expect(await client.connection.sendRequest('initialize', {})).toMatchObject({ capabilities: {} });
    await client.connection.sendNotification('$/cancelRequest', { id: 0 });
    await expect(client.connection.sendRequest('textDocument/hover', {})).rejects.toMatchObject({ code: -31_000 });
  });

  it('gets code, message and data of an error', async () => {
    await using node = await startNode({ providers: [LanguageGateway] });
    await using client = await LanguageClient.connect(node);
    const hover = client.connection.sendRequest('textDocument/hover', {});
    await expect(hover).rejects.toMatchObject({ code: -31_000, message: 'No document', data: { uri: 'file:///a' } });
    await expect(client.connection.sendRequest('textDocument/unknown', {})).rejects.toMatchObject({ code: -32601 });
  });

  it('sends notifications, those of the $/ family included, and hears nothing of them', async () => {
    await using node = await startNode({ providers: [LanguageGateway] });
    await using client = await LanguageClient.connect(node);
    const unhandled: unknown[] = [];
    client.connection.onUnhandledNotification((message) => unhandled.push(message));
    client.connection.onError((error) => unhandled.push(error));
    await client.connection.sendNotification('textDocument/didOpen', { uri: 'file:///a' });
    await client.connection.sendNotification('$/setTrace', { value: 'off' });
    await client.connection.sendNotification('initialized');
    await client.connection.sendRequest('initialize', {});
    expect(node.app.get(LanguageGateway).opened).toEqual([{ uri: 'file:///a' }]);
    expect(unhandled).toEqual([]);
  });

  it('gets pushes', async () => {
    await using node = await startNode({ providers: [LanguageGateway] });
    await using client = await LanguageClient.connect(node);
    const diagnostics: unknown[] = [];
    client.connection.onNotification('textDocument/publishDiagnostics', (params: unknown) => diagnostics.push(params));
    await client.connection.sendRequest('initialize', {});
    await node.hub.broadcast('textDocument/publishDiagnostics', { uri: 'file:///a', diagnostics: [] });
    await eventually(() => expect(diagnostics).toEqual([{ uri: 'file:///a', diagnostics: [] }]));
  });

  it('answers calls of ours', async () => {
    await using node = await startNode({ providers: [LanguageGateway] });
    await using client = await LanguageClient.connect(node);
    client.connection.onRequest('workspace/configuration', (params: unknown) => [{ asked: params }]);
    const configured = await client.connection.sendRequest('workspace/configure', {});
    expect(configured).toEqual([{ asked: { items: [{ section: 'editor' }] } }]);
  });
});
