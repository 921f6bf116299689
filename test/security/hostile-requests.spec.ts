/** Opening requests that are made to break the parser, the log or the response. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { HttpException } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { RpcError } from 'nestjs-realtime';
import type { RealtimeOptions } from 'nestjs-realtime';
import { rawUpgrade, requestText, UPGRADE_HEADERS } from '../nest/raw-http.js';
import { startNode } from '../support/start-node.js';
import { RpcPeer } from '../support/rpc-peer.js';

describe('an opening request', () => {
  it('with 2,000 headers is 431, and the server lives', async () => {
    await using node = await startNode();
    const headers = Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`X-Header-${n}`, 'x']));
    expect((await rawUpgrade(node.port, '/ws', headers)).status).toBe(431);
    await using peer = await node.connect();
    expect(await peer.request('heartbeat')).toMatchObject({ result: { status: 'ok' } });
  });

  it('with more headers than Node counts is answered, though the ones of the upgrade are among those that it leaves out', async () => {
    await using node = await startNode({
      configure: (app) => void ((app.getHttpServer() as { maxHeadersCount: number }).maxHeadersCount = 50),
    });
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`X-Header-${n}`, 'x']));
    const socket = connect(node.port, '127.0.0.1');
    socket.write(requestText('/ws', { ...many, ...UPGRADE_HEADERS }));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.1 4\d\d /);
    socket.destroy();
    await using peer = await node.connect();
    expect(await peer.request('heartbeat')).toMatchObject({ result: { status: 'ok' } });
  });

  it('that never ends its headers is given up by the HTTP server, while sessions go on', async () => {
    const adapter = (): AbstractHttpAdapter =>
      new FastifyAdapter({
        http: { headersTimeout: 1_000, requestTimeout: 1_000, connectionsCheckingInterval: 50 },
      }) as AbstractHttpAdapter;
    await using node = await startNode({ adapter });
    await using peer = await node.connect();
    const slow = connect(node.port, '127.0.0.1');
    slow.write('GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: webs');
    const [answer] = (await once(slow, 'data')) as [Buffer];
    expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.1 408 /);
    await once(slow, 'close');
    expect(await peer.request('heartbeat')).toMatchObject({ result: { status: 'ok' } });
  });

  it('is under the time limits that Node has by default', async () => {
    await using node = await startNode();
    const server = node.app.getHttpServer() as { headersTimeout: number; requestTimeout: number };
    expect([server.headersTimeout, server.requestTimeout]).toEqual([60_000, 300_000]);
  });
});

describe('a refusal', () => {
  const EVIL = 'no\r\nX-Evil: 1\r\n\r\n<script>\u0000\u2028';
  const refusals: [string, number, RealtimeOptions][] = [
    [
      'an HttpException',
      403,
      {
        admission: () => {
          throw new HttpException(EVIL, 403);
        },
      },
    ],
    [
      'an RpcError',
      401,
      {
        admission: () => {
          throw RpcError.of('Unauthorized', EVIL);
        },
      },
    ],
    [
      'a fault',
      500,
      {
        admission: () => {
          throw new Error(EVIL);
        },
      },
    ],
    [
      'an odd status',
      499,
      {
        admission: () => {
          throw new HttpException(EVIL, 499);
        },
      },
    ],
  ];

  it.each(refusals)('stays one whole response, whatever %s says', async (_what, status, options) => {
    await using node = await startNode({ options });
    const response = await rawUpgrade(node.port);
    expect(response.status).toBe(status);
    expect(Object.keys(response.headers)).not.toContain('x-evil');
    expect(response.headers['content-length']).toBe(String(Buffer.byteLength(response.body, 'latin1')));
    expect(response.body).not.toMatch(/[\r\n]/);
    expect(JSON.parse(response.body)).toMatchObject({ status });
  });

  it.each(['jsonrpc\tx', 'a b', 'jsonrpc,,jsonrpc', 'jsonrpc,jsonrpc', '"quoted"', 'x\u00e9'])(
    'or an ordinary answer is what an odd list of subprotocols gets: %j',
    async (offered) => {
      await using node = await startNode();
      const response = await rawUpgrade(node.port, '/ws', { 'Sec-WebSocket-Protocol': offered });
      expect(response.status).toBe(400);
      expect(response.headers['content-length']).toBe(String(Buffer.byteLength(response.body, 'latin1')));
    },
  );
});

describe('a session id', () => {
  it('comes from the server, whatever a request asks for', async () => {
    await using node = await startNode();
    await using victim = await node.connect();
    await victim.settled();
    const [{ id } = { id: '' }] = node.hub.find({ kind: 'all' });
    for (const name of ['id', 'socket_id', 'sid', 'session', 'sessionId', 'token']) {
      await using thief = await RpcPeer.connect(node.url(`/ws?${name}=${id}`), { headers: { 'X-Session-Id': id, Cookie: `sid=${id}` } });
      await thief.settled();
      const ids = node.hub.find({ kind: 'all' }).map((session) => session.id);
      expect(ids.filter((one) => one === id)).toHaveLength(1);
      expect(new Set(ids).size).toBe(ids.length);
    }
    expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });
});
