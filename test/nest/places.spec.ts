/** Where sessions open: several paths in one app, each with its own methods, and what the handshake tells. */
import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import { RpcGateway, RpcMethod, Session } from 'nestjs-realtime';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';
import { bootFaults } from './boot.js';
import { EchoGateway } from './echo.gateway.js';
import { rawUpgrade } from './raw-http.js';

@RpcGateway('admin', { path: '/admin' })
class AdminGateway {
  @RpcMethod()
  kick(@MessageBody('userId') userId: string): string {
    return `kicked ${userId}`;
  }
}

@RpcGateway('tenant', { path: '/ws/:tenant' })
class TenantGateway {
  @RpcMethod()
  params(@ConnectedSocket() session: Session): unknown {
    return session.handshake.params;
  }
}

@RpcGateway('seen')
class HandshakeGateway {
  @RpcMethod()
  handshake(@ConnectedSocket() session: Session): unknown {
    const { address, path, params, query, headers, subprotocol } = session.handshake;
    const entries = [...query.entries()];
    return { address, path, params, query: entries, trace: headers['x-trace'], cookie: headers.cookie, host: headers.host, subprotocol };
  }
}

describe('two paths in one app', () => {
  it('serve their own methods and not those of the other', async () => {
    await using node = await startNode({ providers: [EchoGateway, AdminGateway] });
    await using user = await node.connect('/ws');
    await using admin = await node.connect('/admin');
    expect(await user.result('echo', { a: 1 })).toEqual({ a: 1 });
    expect(await admin.result('admin.kick', { userId: 'u1' })).toBe('kicked u1');
    expect((await user.request('admin.kick', { userId: 'u1' })).error).toMatchObject({ code: -32601, reason: 'MethodNotFound' });
    expect((await admin.request('echo', { a: 1 })).error).toMatchObject({ code: -32601, reason: 'MethodNotFound' });
  });

  it('both serve the methods of the library', async () => {
    await using node = await startNode({ providers: [EchoGateway, AdminGateway], options: { methods: { heartbeat: 'ping' } } });
    for (const path of ['/ws', '/admin']) {
      await using peer = await node.connect(path);
      expect(await peer.result('ping')).toMatchObject({ status: 'ok' });
      expect(await peer.result('unsubscribe', { topics: ['t'] })).toEqual({ unsubscribed: ['t'] });
    }
  });

  it('share one hub', async () => {
    await using node = await startNode({ providers: [EchoGateway, AdminGateway] });
    await using user = await node.connect('/ws');
    await using admin = await node.connect('/admin');
    expect(await node.hub.broadcast('news', { n: 1 })).toEqual({ reached: 2 });
    await user.push('news');
    await admin.push('news');
    expect(node.hub.stats().sessions.open).toBe(2);
  });

  it('let two gateways add to one path', async () => {
    @RpcGateway('audit', { path: '/admin' })
    class AuditGateway {
      @RpcMethod()
      list(): string[] {
        return ['entry'];
      }
    }
    await using node = await startNode({ providers: [AdminGateway, AuditGateway] });
    await using admin = await node.connect('/admin');
    expect(await admin.result('audit.list')).toEqual(['entry']);
    expect(await admin.result('admin.kick', { userId: 'u' })).toBe('kicked u');
  });
});

describe('path parameters', () => {
  it('are on the handshake of the session', async () => {
    await using node = await startNode({ providers: [TenantGateway] });
    await using peer = await node.connect('/ws/acme?x=1');
    expect(await peer.result('tenant.params')).toEqual({ tenant: 'acme' });
  });

  it.each([
    ['a%20b', 'a b'],
    ['%2Fetc', '/etc'],
    ['%F0%9F%8D%8E', '🍎'],
    ['a+b', 'a+b'],
    ['__proto__', '__proto__'],
  ])('are decoded: %s', async (written, meant) => {
    await using node = await startNode({ providers: [TenantGateway] });
    await using peer = await node.connect(`/ws/${written}`);
    expect(await peer.result('tenant.params')).toEqual({ tenant: meant });
  });

  it.each(['%', '%zz', '%E0%A4%A', 'a%FFb'])('that are not properly percent-encoded are answered with 400: %s', async (written) => {
    await using node = await startNode({ providers: [TenantGateway] });
    const response = await rawUpgrade(node.port, `/ws/${written}`);
    expect(response.status).toBe(400);
    expect(JSON.parse(response.body)).toMatchObject({ status: 400 });
    await using peer = await node.connect('/ws/fine');
    expect(await peer.result('tenant.params')).toEqual({ tenant: 'fine' });
  });

  it.each(['/ws/', '/ws/a/b', '/ws//', '/WS/a', '/wsx/a'])('do not match %s', async (target) => {
    await using node = await startNode({ providers: [TenantGateway], options: { path: '/main' } });
    expect((await rawUpgrade(node.port, target)).status).toBe(404);
  });

  it('can be several, in the path of the module itself too', async () => {
    await using node = await startNode({ providers: [HandshakeGateway], options: { path: '/:tenant/rooms/:room' } });
    await using peer = await node.connect('/acme/rooms/42');
    expect(await peer.result('seen.handshake')).toMatchObject({ params: { tenant: 'acme', room: '42' }, path: '/acme/rooms/42' });
  });

  it('give way to a path that is written out', async () => {
    @RpcGateway('lobby', { path: '/ws/lobby' })
    class LobbyGateway {
      @RpcMethod()
      hello(): string {
        return 'lobby';
      }
    }
    await using node = await startNode({ providers: [TenantGateway, LobbyGateway] });
    await using lobby = await node.connect('/ws/lobby');
    await using tenant = await node.connect('/ws/lobby2');
    expect(await lobby.result('lobby.hello')).toBe('lobby');
    expect(await tenant.result('tenant.params')).toEqual({ tenant: 'lobby2' });
  });

  it('of one place must have one name', async () => {
    @RpcGateway('other', { path: '/ws/:customer' })
    class CustomerGateway {
      @RpcMethod()
      params(@ConnectedSocket() session: Session): unknown {
        return session.handshake.params;
      }
    }
    const faults = await bootFaults({ providers: [TenantGateway, CustomerGateway] });
    expect(faults.join('\n')).toMatch(/\/ws\/:customer/);
    expect(faults.join('\n')).toMatch(/\/ws\/:tenant/);
  });
});

describe('paths that cannot be served', () => {
  it.each(['/:', '/a/:b/:b', '/:1x', '/ws/:a-b'])('such as %s fail at boot by name', async (path) => {
    @RpcGateway('x', { path })
    class BadPathGateway {
      @RpcMethod()
      a(): void {}
    }
    const faults = await bootFaults({ providers: [BadPathGateway] });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(JSON.stringify(path));
    expect(faults[0]).toContain('BadPathGateway');
  });
});

describe('the handshake', () => {
  it('has address, path, query, headers and subprotocol', async () => {
    await using node = await startNode({ providers: [HandshakeGateway] });
    const url = node.url('/ws?token=a%20b&x=1&x=2&empty');
    await using peer = await RpcPeer.connect(url, { protocols: ['jsonrpc'], headers: { 'X-Trace': 't-1', Cookie: 'a=1; b=2' } });
    expect(await peer.result('seen.handshake')).toEqual({
      address: '127.0.0.1',
      path: '/ws',
      params: {},
      query: Object.entries({ token: 'a b' }).concat([
        ['x', '1'],
        ['x', '2'],
        ['empty', ''],
      ]),
      trace: 't-1',
      cookie: 'a=1; b=2',
      host: `127.0.0.1:${node.port}`,
      subprotocol: 'jsonrpc',
    });
  });

  it('is what the session keeps after a second connection with other facts', async () => {
    await using node = await startNode({ providers: [HandshakeGateway] });
    await using first = await node.connect('/ws?who=first');
    await using second = await node.connect('/ws/?who=second');
    expect(await second.result('seen.handshake')).toMatchObject({ query: [['who', 'second']], path: '/ws/' });
    expect(await first.result('seen.handshake')).toMatchObject({ query: [['who', 'first']], path: '/ws' });
  });

  it('reads a query that holds question marks, broken escapes and nothing at all', async () => {
    await using node = await startNode({ providers: [HandshakeGateway] });
    await using odd = await node.connect('/ws?a=?b=%zz&c=%');
    expect(await odd.result('seen.handshake')).toMatchObject({
      query: [
        ['a', '?b=%zz'],
        ['c', '%'],
      ],
    });
    await using bare = await node.connect('/ws?');
    expect(await bare.result('seen.handshake')).toMatchObject({ query: [] });
  });
});
