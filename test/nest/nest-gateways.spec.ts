/** The life of gateways that a team has already: hooks, server, paths, ports, scopes. */
import { Inject, Injectable } from '@nestjs/common';
import type { LoggerService } from '@nestjs/common';
import { SubscribeMessage, WebSocketGateway, WebSocketServer } from '@nestjs/websockets';
import type { OnGatewayConnection, OnGatewayDisconnect, OnGatewayInit } from '@nestjs/websockets';
import { RpcMethod, Session } from 'nestjs-realtime';
import type { RpcEndpoint } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';
import { bootError, bootFaults } from './boot.js';
import { EchoGateway } from './echo.gateway.js';
import { freePort } from './free-port.js';
import { rawUpgrade } from './raw-http.js';

@Injectable()
class Diary {
  readonly lines: string[] = [];
}

@WebSocketGateway()
class LifeGateway implements OnGatewayInit<RpcEndpoint>, OnGatewayConnection<Session>, OnGatewayDisconnect<Session> {
  @WebSocketServer()
  readonly server!: RpcEndpoint;

  constructor(@Inject(Diary) private readonly diary: Diary) {}

  afterInit(server: RpcEndpoint): void {
    this.diary.lines.push(`init ${server === this.server}`);
  }

  handleConnection(client: Session, request: { url?: string }): void {
    this.diary.lines.push(`connected ${client.state} ${request.url}`);
  }

  handleDisconnect(client: Session): void {
    this.diary.lines.push(`disconnected ${client.state}`);
  }

  @SubscribeMessage('life.clients')
  clients(): number {
    return this.server.clients.size;
  }
}

@WebSocketGateway()
class SecondGateway implements OnGatewayConnection<Session>, OnGatewayDisconnect<Session> {
  constructor(@Inject(Diary) private readonly diary: Diary) {}

  handleConnection(): void {
    this.diary.lines.push('second connected');
  }

  handleDisconnect(): void {
    this.diary.lines.push('second disconnected');
  }
}

describe('hooks', () => {
  it('are called once for each session, in every gateway of the path', async () => {
    await using node = await startNode({ providers: [Diary, LifeGateway, SecondGateway] });
    const { lines } = node.app.get(Diary);
    expect(lines).toEqual(['init true']);
    const first = await node.connect('/ws?n=1');
    await using second = await node.connect('/ws?n=2');
    await second.settled();
    expect(lines.filter((line) => line.startsWith('connected'))).toEqual(['connected open /ws?n=1', 'connected open /ws?n=2']);
    expect(lines.filter((line) => line === 'second connected')).toHaveLength(2);
    first.socket.close();
    await eventually(() => expect(lines.filter((line) => line.includes('disconnected'))).toHaveLength(2));
    expect(lines.filter((line) => line.includes('disconnected')).sort()).toEqual(['disconnected closed', 'second disconnected']);
  });

  it('give the server, with the sessions of the path', async () => {
    await using node = await startNode({ providers: [Diary, LifeGateway, EchoGateway] });
    await using peer = await node.connect();
    const other = await node.connect();
    expect(await peer.result('life.clients')).toBe(2);
    other.socket.terminate();
    await eventually(async () => expect(await peer.result('life.clients')).toBe(1));
  });

  it.each(['handleConnection', 'handleDisconnect'] as const)('that throw do not end the process: %s', async (hook) => {
    class Throwing {
      handleConnection(): void {
        if (hook === 'handleConnection') throw new Error('a hook threw');
      }

      async handleDisconnect(): Promise<void> {
        if (hook === 'handleDisconnect') throw new Error('a hook threw');
      }
    }
    WebSocketGateway({ path: '/throwing' })(Throwing);
    const errors: string[] = [];
    const ignore = (): void => undefined;
    const error = (...line: unknown[]): void => void errors.push(line.map(String).join(' '));
    const logger: LoggerService = { log: ignore, warn: ignore, debug: ignore, verbose: ignore, error };
    await using node = await startNode({ providers: [Throwing, EchoGateway], logger });
    await using bystander = await node.connect();
    const peer = await node.connect('/throwing');
    peer.socket.close();
    await peer.closed;
    await eventually(() => expect(errors.join('\n')).toContain('a hook threw'));
    expect(await bystander.result('echo', [1])).toEqual([1]);
  });

  it('that reject do not end the process', async () => {
    @WebSocketGateway({ path: '/rejecting' })
    class Rejecting {
      async handleConnection(): Promise<void> {
        throw new Error('a hook rejected');
      }
    }
    await using node = await startNode({ providers: [Rejecting, EchoGateway] });
    await using bystander = await node.connect();
    await using peer = await node.connect('/rejecting');
    expect((await peer.closed).code).toBe(1011);
    expect(await bystander.result('echo', [1])).toEqual([1]);
  });
});

describe('places', () => {
  @WebSocketGateway({ path: '/legacy' })
  class PathGateway {
    @SubscribeMessage('hello')
    hello(): string {
      return 'from /legacy';
    }
  }

  @WebSocketGateway({ path: 'slashless/:tenant' })
  class SlashlessGateway {
    @SubscribeMessage('tenant')
    tenant(client: Session): string | undefined {
      return client.handshake.params['tenant'];
    }
  }

  it('are the path that the gateway names', async () => {
    await using node = await startNode({ providers: [PathGateway, SlashlessGateway, EchoGateway] });
    await using legacy = await node.connect('/legacy');
    await using tenant = await node.connect('/slashless/acme');
    await using main = await node.connect('/ws');
    expect(await legacy.result('hello')).toBe('from /legacy');
    expect(await tenant.result('tenant')).toBe('acme');
    expect((await main.request('hello')).error?.code).toBe(-32601);
    expect(await legacy.result('heartbeat')).toMatchObject({ status: 'ok' });
  });

  it('are a port of its own, if the gateway names one', async () => {
    const port = await freePort();
    class PortGateway {
      @SubscribeMessage('hello')
      hello(): string {
        return 'from a port';
      }
    }
    WebSocketGateway(port, { path: '/own' })(PortGateway);
    const node = await startNode({ providers: [PortGateway, EchoGateway] });
    await using own = await RpcPeer.connect(`ws://127.0.0.1:${port}/own`);
    await using main = await node.connect();
    expect(await own.result('hello')).toBe('from a port');
    expect(await own.result('heartbeat')).toMatchObject({ status: 'ok' });
    expect((await main.request('hello')).error?.code).toBe(-32601);
    expect((await rawUpgrade(port, '/ws')).status).toBe(404);
    expect((await rawUpgrade(node.port, '/own')).status).toBe(404);
    await node.app.close();
    expect((await own.closed).code).toBe(1012);
    await expect(RpcPeer.connect(`ws://127.0.0.1:${port}/own`)).rejects.toThrow('ECONNREFUSED');
  });

  it('cannot be a namespace of Socket.IO, and the app says so', async () => {
    @WebSocketGateway({ namespace: 'chat' })
    class NamespaceGateway {
      @SubscribeMessage('hello')
      hello(): void {}
    }
    expect(await bootError({ providers: [NamespaceGateway] })).toMatchObject({
      code: 'REALTIME_CONFIG',
      message: expect.stringMatching(/namespace '.?chat'/),
    });
  });

  it('that cannot be served are named at boot', async () => {
    @WebSocketGateway({ path: '/:/x' })
    class BadPathGateway {
      @SubscribeMessage('hello')
      hello(): void {}
    }
    const faults = await bootFaults({ providers: [BadPathGateway] });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain('BadPathGateway');
  });
});

describe('a gateway that Nest does not see', () => {
  @WebSocketGateway()
  class UnseenGateway {
    @SubscribeMessage('unseen')
    unseen(): void {}
  }

  it.each([
    ['a factory', { provide: 'made', useFactory: () => new UnseenGateway() }],
    ['a value', { provide: 'made', useValue: new UnseenGateway() }],
  ])('because it is %s is refused at boot by name', async (_what, provider) => {
    const faults = await bootFaults({ providers: [provider] });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain('UnseenGateway.unseen');
  });
});

it('a gateway on its way to RPC methods serves both kinds at its own path', async () => {
  @WebSocketGateway({ path: '/moving' })
  class MovingGateway {
    @SubscribeMessage('old')
    old(): string {
      return 'old';
    }

    @RpcMethod('new')
    new(): string {
      return 'new';
    }
  }
  await using node = await startNode({ providers: [MovingGateway] });
  await using peer = await node.connect('/moving');
  expect(await peer.result('old')).toBe('old');
  expect(await peer.result('new')).toBe('new');
});

describe('messages whose name is no name', () => {
  it.each([
    ['an object', { cmd: 'sum' }],
    ['a number', 7],
    ['nothing', undefined],
  ])('are refused at boot: %s', async (_what, message) => {
    class OddGateway {
      hello(): void {}
    }
    WebSocketGateway()(OddGateway);
    const descriptor = Object.getOwnPropertyDescriptor(OddGateway.prototype, 'hello') as TypedPropertyDescriptor<() => void>;
    SubscribeMessage(message)(OddGateway.prototype, 'hello', descriptor);
    const faults = await bootFaults({ providers: [OddGateway] });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain('OddGateway.hello');
  });
});
