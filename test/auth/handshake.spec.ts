/** Signing in with the opening request. */
import { Injectable } from '@nestjs/common';
import type { AuthenticationContext, Authenticator, OpeningRequest, Principal } from 'nestjs-realtime';
import { JwtAuthenticator, principalOfClaims } from 'nestjs-realtime';
import { JwtService } from '@nestjs/jwt';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';
import { PeopleGateway } from '../sessions/people.gateway.js';
import { rawUpgrade } from '../nest/raw-http.js';
import { staticAuth } from './accounts.js';

const bearer = (token: string): { headers: Record<string, string> } => ({ headers: { authorization: `Bearer ${token}` } });

describe('a token in the opening request', () => {
  const ways: [string, string, object][] = [
    ['the Authorization header', '/ws', bearer('alice-token')],
    ['the Authorization header in other letters', '/ws', { headers: { authorization: 'bearer  alice-token' } }],
    ['a subprotocol', '/ws', { protocols: ['jsonrpc', 'bearer.alice-token'] }],
    ['a cookie', '/ws', { headers: { cookie: 'theme=dark; session=alice-token; x' } }],
    ['a quoted cookie', '/ws', { headers: { cookie: 'session="alice-token"' } }],
    ['the query', '/ws?v=2&token=alice-token&x=%20', {}],
  ];

  it.each(ways)('in %s signs the session in before anything else', async (_where, path, options) => {
    await using node = await startNode({
      providers: [PeopleGateway],
      options: { auth: staticAuth({ cookie: 'session', queryToken: 'token' }) },
    });
    await using peer = await RpcPeer.connect(node.url(path), options);
    expect(await peer.result('subscribe', { topics: ['news'] })).toEqual({ subscribed: ['news'] });
    expect(node.app.get(PeopleGateway).sessions[0]?.principal?.userId).toBe('alice');
    expect(node.hub.stats()).toMatchObject({ signedIn: 1, anonymous: 0 });
  });

  it('is not echoed as a subprotocol, and is gone from the headers that the application sees', async () => {
    await using node = await startNode({ providers: [PeopleGateway], options: { auth: staticAuth() } });
    await using peer = await RpcPeer.connect(node.url(), { protocols: ['bearer.alice-token', 'jsonrpc'] });
    expect(peer.socket.protocol).toBe('jsonrpc');
    await peer.settled();
    const handshake = node.app.get(PeopleGateway).sessions[0]?.handshake;
    expect(handshake?.headers['sec-websocket-protocol']).toBe('jsonrpc');
    expect(handshake?.subprotocol).toBe('jsonrpc');
  });

  it('is gone from the query that the application sees, and nothing else is', async () => {
    const urls: (string | undefined)[] = [];
    class Watcher {
      admit({ request, search }: OpeningRequest): void {
        urls.push(request.url, search);
      }
    }
    const options = { auth: staticAuth({ queryToken: 'token' }), admission: Watcher };
    await using node = await startNode({ providers: [PeopleGateway], options });
    await using peer = await RpcPeer.connect(node.url('/ws?a=1&token=alice-token&b=%2f&tok%65n=alice-token'));
    await peer.settled();
    const session = node.app.get(PeopleGateway).sessions[0];
    expect(session?.handshake.search).toBe('a=1&b=%2f');
    expect(session?.handshake.query.get('token')).toBeNull();
    expect(urls).toEqual(['/ws?a=1&b=%2f', 'a=1&b=%2f']);
  });

  it('in the query means nothing unless that is switched on', async () => {
    await using node = await startNode({ options: { auth: staticAuth() } });
    await using peer = await node.connect('/ws?token=alice-token');
    await peer.settled();
    expect(node.hub.stats()).toMatchObject({ signedIn: 0, anonymous: 1 });
  });

  it('that is bad is answered with 401 before the upgrade', async () => {
    await using node = await startNode({ options: { auth: staticAuth({ cookie: 'session', queryToken: 'token' }) } });
    const attempts: [string, Record<string, string>][] = [
      ['/ws', { Authorization: 'Bearer wrong' }],
      ['/ws', { Authorization: 'Bearer' }],
      ['/ws', { 'Sec-WebSocket-Protocol': 'bearer.wrong, jsonrpc' }],
      ['/ws', { Cookie: 'session=wrong' }],
      ['/ws?token=wrong', {}],
      ['/ws?token=', {}],
    ];
    for (const [target, headers] of attempts) {
      const response = await rawUpgrade(node.port, target, headers);
      expect(response.status).toBe(401);
      expect(response.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
      expect(response.headers['content-length']).toBe(String(response.body.length));
      expect(JSON.parse(response.body)).toMatchObject({ status: 401, reason: 'Unauthorized' });
      expect(response.body).not.toContain('wrong');
    }
    expect(node.hub.stats().sessions).toEqual({ open: 0, closing: 0 });
  });

  it('of another scheme is not meant for us', async () => {
    await using node = await startNode({ options: { auth: staticAuth() } });
    await using peer = await RpcPeer.connect(node.url(), { headers: { authorization: 'Basic YTpi' } });
    await peer.settled();
    expect(node.hub.stats()).toMatchObject({ anonymous: 1 });
  });

  it('that is missing is 401 where one is required', async () => {
    await using node = await startNode({ options: { auth: staticAuth({ required: true }) } });
    const response = await rawUpgrade(node.port);
    expect([response.status, response.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    await using peer = await RpcPeer.connect(node.url(), bearer('bob-token'));
    await peer.settled();
    expect(node.hub.stats()).toMatchObject({ signedIn: 1, anonymous: 0 });
  });

  it('with a platform that nobody knows is 400', async () => {
    await using node = await startNode({ options: { auth: { authenticator: () => ({ userId: 'u', platform: 'toaster' }) } } });
    expect((await rawUpgrade(node.port, '/ws', { Authorization: 'Bearer x' })).status).toBe(400);
  });
});

describe('an authenticator', () => {
  it('is told where the token came from', async () => {
    const seen: AuthenticationContext[] = [];
    const authenticator = (_token: string, context: AuthenticationContext): Principal => {
      seen.push(context);
      return { userId: 'u' };
    };
    await using node = await startNode({ options: { auth: { authenticator } } });
    await using peer = await RpcPeer.connect(node.url('/ws?x=1'), bearer('t'));
    await peer.result('login', { accessToken: 't' });
    await peer.result('refresh', { accessToken: 't' });
    expect(seen.map(({ source, handshake }) => [source, handshake.path, handshake.search, handshake.address])).toEqual(
      ['authorization', 'login', 'refresh'].map((source) => [source, '/ws', 'x=1', '127.0.0.1']),
    );
  });

  it('can be a provider with what it injects', async () => {
    @Injectable()
    class Users {
      readonly names = new Map([['k1', 'erin']]);
    }
    @Injectable()
    class KeyAuthenticator implements Authenticator {
      constructor(private readonly users: Users) {}

      authenticate(token: string): Principal | null {
        const userId = this.users.names.get(token);
        return userId === undefined ? null : { userId };
      }
    }
    await using node = await startNode({ providers: [Users, KeyAuthenticator], options: { auth: { authenticator: KeyAuthenticator } } });
    await using peer = await node.connect();
    expect(await peer.result('login', { accessToken: 'k1' })).toEqual({ userId: 'erin', expiresAt: null });
  });

  it('that cannot be had from the app stops the boot by name', async () => {
    class Missing {}
    class NeedsMore implements Authenticator {
      constructor(readonly missing: Missing) {}
      authenticate(): null {
        return null;
      }
    }
    Reflect.defineMetadata('design:paramtypes', [Missing], NeedsMore);
    await expect(startNode({ options: { auth: { authenticator: NeedsMore } } })).rejects.toThrow(/auth\.authenticator: NeedsMore/);
  });

  it('can know peers by other things than tokens', async () => {
    class ByHeader implements Authenticator {
      authenticate(): null {
        return null;
      }

      fromHandshake({ headers, request }: OpeningRequest): Principal | null {
        const userId = headers['x-user'];
        return typeof userId === 'string' && request.socket.remoteAddress !== undefined ? { userId } : null;
      }
    }
    await using node = await startNode({ options: { auth: { authenticator: new ByHeader() } } });
    await using known = await RpcPeer.connect(node.url(), { headers: { 'x-user': 'frank' } });
    await using unknown = await node.connect();
    await Promise.all([known.settled(), unknown.settled()]);
    expect(node.hub.stats()).toMatchObject({ signedIn: 1, anonymous: 1 });
  });

  it('that throws is 500 without its text', async () => {
    const authenticator = (): never => {
      throw new Error('the data base of users is at 10.0.0.7');
    };
    await using node = await startNode({ options: { auth: { authenticator } } });
    const response = await rawUpgrade(node.port, '/ws', { Authorization: 'Bearer x' });
    expect(response.status).toBe(500);
    expect(response.body).not.toContain('10.0.0.7');
    await using peer = await node.connect();
    const { error } = await peer.request('login', { accessToken: 'x' });
    expect(error).toMatchObject({ code: -32603, message: 'Internal server error' });
  });
});

describe('JSON Web Tokens', () => {
  const jwt = new JwtService({ secret: 'k', signOptions: { expiresIn: '1h' } });
  const auth = { authenticator: new JwtAuthenticator(jwt, principalOfClaims({ platformClaim: 'platform' })) };

  it('sign in with their subject, roles and end', async () => {
    await using node = await startNode({ providers: [PeopleGateway], options: { auth } });
    const token = await jwt.signAsync({ roles: ['admin', 7], platform: 'web', team: 'red' }, { subject: 'gina' });
    await using peer = await RpcPeer.connect(node.url(), { protocols: ['jsonrpc', `bearer.${token}`] });
    await peer.settled();
    const { exp } = jwt.decode<{ exp: number }>(token);
    expect(node.app.get(PeopleGateway).sessions[0]?.principal).toMatchObject({
      userId: 'gina',
      roles: ['admin'],
      platform: 'web',
      expiresAtMs: exp * 1000,
      claims: { team: 'red' },
    });
  });

  it('are refused if they are signed by others, not signed, over, not valid yet, or nobody’s', async () => {
    await using node = await startNode({ options: { auth } });
    await using peer = await node.connect();
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"x"}').toString('base64url')}.`;
    const tokens = [
      await new JwtService({ secret: 'other' }).signAsync({ sub: 'x' }),
      none,
      await jwt.signAsync({ sub: 'x' }, { expiresIn: -10 }),
      await jwt.signAsync({ sub: 'x' }, { notBefore: 60 }),
      await jwt.signAsync({ name: 'x' }),
      'not.a.token',
    ];
    for (const accessToken of tokens)
      expect((await peer.request('login', { accessToken })).error).toMatchObject({
        code: -32001,
        message: 'The access token is not valid',
      });
  });
});
