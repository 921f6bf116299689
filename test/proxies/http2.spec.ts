/** Clients that speak HTTP/2 to a proxy, which speaks HTTP/1.1 to the app. @see RFC 8441 */
import { once } from 'node:events';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import http2 from 'node:http2';
import { frame } from '../delivery/raw-peer.js';
import { EchoGateway } from '../nest/echo.gateway.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';
import { PROXY_START_MS, ProxyProcess } from './proxy-process.js';

async function connected(proxy: ProxyProcess): Promise<ClientHttp2Session> {
  const session = http2.connect(`https://127.0.0.1:${proxy.port}`, { ca: proxy.certificate.cert });
  await once(session, 'remoteSettings');
  return session;
}

/** Extended CONNECT, as browsers open a WebSocket in a connection that they have. */
function open(session: ClientHttp2Session, path: string): ClientHttp2Stream {
  return session.request({
    ':method': 'CONNECT',
    ':protocol': 'websocket',
    ':scheme': 'https',
    ':path': path,
    ':authority': 'app.test',
    'sec-websocket-version': '13',
  });
}

const TEXT = 1;
const CLOSE = 8;

describe('behind a proxy for HTTP/2', () => {
  it(
    'a WebSocket in a stream is a session like others, and so is one over HTTP/1.1',
    async () => {
      await using node = await startNode({ providers: [EchoGateway], options: { heartbeat: { pingIntervalMs: 0 } } });
      await using proxy = await ProxyProcess.haproxy(node.port);
      const session = await connected(proxy);
      const stream = open(session, '/ws');
      const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders & { ':status'?: number }];
      expect(headers[':status']).toBe(200);
      stream.write(frame(TEXT, Buffer.from('{"jsonrpc":"2.0","id":1,"method":"echo","params":{"a":1}}')));
      const [answer] = (await once(stream, 'data')) as [Buffer];
      expect(answer.subarray(2).toString('utf8')).toBe('{"jsonrpc":"2.0","id":1,"result":{"a":1}}');
      await using peer = await RpcPeer.connect(`wss://127.0.0.1:${proxy.port}/ws`, { ca: proxy.certificate.cert });
      expect(await node.hub.broadcast('news')).toEqual({ reached: 2 });
      await peer.push('news');
      const closing = node.app.close();
      const chunks: Buffer[] = [];
      for await (const chunk of stream) {
        chunks.push(chunk as Buffer);
        const bytes = Buffer.concat(chunks);
        if (bytes.includes(Buffer.from([0x80 | CLOSE]))) stream.end(frame(CLOSE, Buffer.from([1012 >> 8, 1012 & 0xff])));
      }
      expect(Buffer.concat(chunks).toString('latin1')).toContain('ServiceRestart');
      session.close();
      await closing;
    },
    PROXY_START_MS,
  );

  it('a path without sessions is refused in its stream, and the connection goes on', async () => {
    await using node = await startNode();
    await using proxy = await ProxyProcess.haproxy(node.port);
    const session = await connected(proxy);
    const [headers] = (await once(open(session, '/elsewhere'), 'response')) as [{ ':status'?: number }];
    expect(headers[':status']).toBe(404);
    const [again] = (await once(open(session, '/ws'), 'response')) as [{ ':status'?: number }];
    expect(again[':status']).toBe(200);
    session.destroy();
  });
});
