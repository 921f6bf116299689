/** handleConnection and handleDisconnect of RPC gateways. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { ForbiddenException, Inject, Injectable, Scope } from '@nestjs/common';
import type { CanActivate, LoggerService } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ConnectedSocket, WsException } from '@nestjs/websockets';
import { AttributeKey, Disconnect, RpcError, RpcGateway, RpcMethod, Session } from 'nestjs-realtime';
import type { GatewayHooks, SessionEnd } from 'nestjs-realtime';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';
import { bootFaults } from './boot.js';
import { EchoGateway } from './echo.gateway.js';
import { UPGRADE_HEADERS, requestText } from './raw-http.js';

@Injectable()
class Diary {
  readonly lines: unknown[] = [];
}

const PREPARED = new AttributeKey<string>('prepared');

@RpcGateway('follower')
class Follower implements GatewayHooks {
  constructor(@Inject(Diary) private readonly diary: Diary) {}

  handleConnection(session: Session, request: IncomingMessage): void {
    session.attributes.set(PREPARED, 'yes');
    this.diary.lines.push(['connected', session.state, request.url, session.handshake.query.get('n')]);
  }

  handleDisconnect(session: Session, end: SessionEnd): void {
    this.diary.lines.push(['disconnected', session.state, end.code, end.by, end.wasClean]);
  }

  @RpcMethod()
  prepared(@ConnectedSocket() session: Session): string | undefined {
    return session.attributes.get(PREPARED) ?? 'no';
  }
}

@RpcGateway('pusher', { path: '/push' })
class PushOnly implements GatewayHooks {
  handleConnection(session: Session): void {
    session.push('welcome', { to: session.handshake.path });
  }
}

/** A client that does not wait for the answer to its opening request: one packet holds it and the first call. */
async function impatientCall(port: number, call: object): Promise<string> {
  const payload = Buffer.from(JSON.stringify(call));
  const frame = Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
  const socket = connect(port, '127.0.0.1');
  socket.write(Buffer.concat([Buffer.from(requestText('/ws', UPGRADE_HEADERS)), frame]));
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  await eventually(() => expect(text).toContain('"jsonrpc"'));
  socket.destroy();
  await once(socket, 'close');
  return text.slice(text.indexOf('{"jsonrpc"'));
}

describe('hooks of an RPC gateway', () => {
  it('are called once when a session comes and once when it goes', async () => {
    await using node = await startNode({ providers: [Diary, Follower] });
    const { lines } = node.app.get(Diary);
    const peer = await node.connect('/ws?n=1');
    expect(await peer.result('follower.prepared')).toBe('yes');
    expect(lines).toEqual([['connected', 'open', '/ws?n=1', '1']]);
    peer.socket.close(1000);
    await eventually(() => expect(lines).toHaveLength(2));
    expect(lines[1]).toEqual(['disconnected', 'closed', 1000, 'peer', true]);
  });

  it('know how the session ended', async () => {
    await using node = await startNode({ providers: [Diary, Follower] });
    const { lines } = node.app.get(Diary);
    const cut = await node.connect();
    await cut.settled();
    cut.socket.terminate();
    await eventually(() => expect(lines).toContainEqual(['disconnected', 'closed', 1006, 'peer', false]));
    const kicked = await node.connect();
    await kicked.settled();
    await node.hub.kick({ kind: 'all' }, 'test');
    await eventually(() => expect(lines).toContainEqual(['disconnected', 'closed', 4500, 'server', true]));
    expect((await kicked.closed).code).toBe(4500);
  });

  it('come before the first call, also of a client that does not wait', async () => {
    await using node = await startNode({ providers: [Diary, Follower] });
    for (let round = 0; round < 20; round++) {
      expect(await impatientCall(node.port, { jsonrpc: '2.0', id: 1, method: 'follower.prepared' })).toBe(
        '{"jsonrpc":"2.0","id":1,"result":"yes"}',
      );
    }
  });

  it('come before the first call also where a global guard is made for each call', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PassingGuard implements CanActivate {
      canActivate(): boolean {
        return true;
      }
    }
    await using node = await startNode({ providers: [Diary, Follower, { provide: APP_GUARD, useClass: PassingGuard }] });
    for (let round = 0; round < 20; round++) {
      const answer = await impatientCall(node.port, { jsonrpc: '2.0', id: 1, method: 'follower.prepared' });
      expect(answer).toBe('{"jsonrpc":"2.0","id":1,"result":"yes"}');
    }
  });

  it('belong to the path of their gateway', async () => {
    await using node = await startNode({ providers: [Diary, Follower, PushOnly] });
    await using pushed = await node.connect('/push');
    expect((await pushed.push('welcome')).params).toEqual({ to: '/push' });
    expect(node.app.get(Diary).lines).toEqual([]);
    await using main = await node.connect('/ws');
    await main.settled();
    expect(main.pushes).toEqual([]);
  });

  it('open a path that has no methods but the library’s', async () => {
    await using node = await startNode({ providers: [PushOnly] });
    await using peer = await node.connect('/push');
    expect(await peer.result('heartbeat')).toMatchObject({ status: 'ok' });
    expect(await peer.result('unsubscribe', { topics: ['a'] })).toEqual({ unsubscribed: ['a'] });
  });

  it('are called on inherited methods and in every gateway of a path', async () => {
    class Base {
      handleConnection(session: Session): void {
        session.push('hello', { from: this.constructor.name });
      }
    }
    @RpcGateway('one')
    class One extends Base {}
    @RpcGateway('two')
    class Two extends Base {}
    await using node = await startNode({ providers: [One, Two] });
    await using peer = await node.connect();
    await peer.settled();
    expect(peer.pushes.map(({ params }) => (params as { from: string }).from).sort()).toEqual(['One', 'Two']);
  });

  it('that close the session send it away', async () => {
    @RpcGateway('bouncer')
    class Bouncer implements GatewayHooks {
      handleConnection(session: Session): void {
        session.push('sorry', { why: 'full' });
        session.close(Disconnect.ConnectionLimit);
      }
    }
    await using node = await startNode({ providers: [Bouncer] });
    await using peer = await node.connect();
    expect(await peer.closed).toEqual({ code: 4008, reason: 'ConnectionLimit' });
    expect(peer.pushes).toHaveLength(1);
    expect(node.hub.stats().sessions.open).toBe(0);
  });

  it('with a path that cannot be served are named at boot', async () => {
    @RpcGateway('bad', { path: '/:' })
    class BadHooks implements GatewayHooks {
      handleConnection(): void {}
    }
    const faults = await bootFaults({ providers: [BadHooks] });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain('BadHooks');
  });
});

describe('a hook that fails', () => {
  const failures: [string, GatewayHooks][] = [
    [
      'throws when a session comes',
      {
        handleConnection: () => {
          throw new Error('hook failed');
        },
      },
    ],
    ['rejects when a session comes', { handleConnection: async () => Promise.reject(new Error('hook failed')) }],
    [
      'throws when a session goes',
      {
        handleDisconnect: () => {
          throw new Error('hook failed');
        },
      },
    ],
    ['rejects when a session goes', { handleDisconnect: async () => Promise.reject(new Error('hook failed')) }],
  ];

  it.each(failures)('is logged and disturbs nobody else: it %s', async (_how, hooks) => {
    class Failing {
      async handleConnection(session: Session, request: unknown): Promise<void> {
        await hooks.handleConnection?.(session, request);
      }

      async handleDisconnect(session: Session, end: SessionEnd): Promise<void> {
        await hooks.handleDisconnect?.(session, end);
      }
    }
    RpcGateway('failing', { path: '/failing' })(Failing);
    const errors: string[] = [];
    const ignore = (): void => undefined;
    const error = (...line: unknown[]): void => void errors.push(line.map(String).join(' '));
    const logger: LoggerService = { log: ignore, warn: ignore, debug: ignore, verbose: ignore, error };
    await using node = await startNode({ providers: [Failing, EchoGateway], logger });
    await using bystander = await node.connect('/ws');
    const peer = await node.connect('/failing');
    if (hooks.handleDisconnect) peer.socket.close(1000);
    const { code } = await peer.closed;
    expect(code).toBe(hooks.handleConnection ? 1011 : 1000);
    await eventually(() => expect(errors.join('\n')).toContain('hook failed'));
    expect(await bystander.result('echo', [1])).toEqual([1]);
    await eventually(() => expect(node.hub.stats().sessions).toEqual({ open: 1, closing: 0 }));
  });

  it.each<[string, () => unknown]>([
    ['a WsException', () => new WsException('not here')],
    ['an HttpException', () => new ForbiddenException()],
    ['an RpcError', () => RpcError.of('PermissionDenied')],
  ])('that throws %s refuses the session, and is no fault', async (_what, thrown) => {
    @RpcGateway('refusing', { path: '/refusing' })
    class Refusing implements GatewayHooks {
      async handleConnection(): Promise<void> {
        throw thrown();
      }
    }
    const logger = new CollectingLogger();
    await using node = await startNode({ providers: [Refusing], logger });
    const peer = await node.connect('/refusing');
    expect(await peer.closed).toEqual({ code: 4504, reason: 'Refused' });
    expect(Disconnect.Refused.comeBack).toBe(false);
    expect(logger.errors).toEqual([]);
    expect(logger.lines.filter((line) => line.includes('refused session'))).toHaveLength(1);
  });
});
