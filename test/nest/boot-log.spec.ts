/** What an app says of its sessions when it starts and when it ends. */
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { RpcGateway, RpcMethod, RpcLogger } from 'nestjs-realtime';
import type { RealtimeOptions } from 'nestjs-realtime';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import type { NodeParts } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { EchoGateway } from './echo.gateway.js';
import { freePort } from './free-port.js';
import { rawUpgrade } from './raw-http.js';

@RpcGateway('admin', { path: '/admin/:tenant' })
class AdminGateway {
  @RpcMethod()
  sweep(): void {}
}

/** What the module says until the app is up, without what Nest says. */
async function saidAtBoot(parts: NodeParts): Promise<string[]> {
  const logger = new CollectingLogger();
  const node = await startNode({ ...parts, logger });
  const said = ours(logger);
  await node.app.close();
  return said;
}

const ours = ({ lines }: CollectingLogger): string[] =>
  lines.filter((line) => line.endsWith(' RealtimeModule')).map((line) => line.slice(0, -' RealtimeModule'.length));

describe('an app that starts', () => {
  it('names each path with its methods, and all paths in one line', async () => {
    expect(await saidAtBoot({ providers: [EchoGateway, AdminGateway] })).toEqual([
      'Mapped {/ws} methods: echo, heartbeat, subscribe, unsubscribe',
      'Mapped {/admin/:tenant} methods: admin.sweep, heartbeat, subscribe, unsubscribe',
      'Sessions open at /ws (4 methods), /admin/:tenant (4 methods)',
    ]);
  });

  it('names a port of its own', async () => {
    const port = await freePort();
    const methods = { heartbeat: false, subscribe: false, unsubscribe: false } as const;
    const options: RealtimeOptions = { port, host: '127.0.0.1', methods };
    expect(await saidAtBoot({ options })).toEqual([
      `Mapped {/ws on port ${port}} methods: none`,
      `Sessions open at /ws on port ${port} (0 methods)`,
    ]);
  });

  it('names what a gateway says to another adapter and nobody does here', async () => {
    @WebSocketGateway({ path: '/legacy', cors: { origin: '*' }, transports: ['websocket'] })
    class LegacyGateway {
      @SubscribeMessage('hello')
      hello(): void {}

      @SubscribeMessage('hello.again')
      again(): void {}
    }
    @WebSocketGateway({ path: '/plain' })
    class PlainGateway {
      @SubscribeMessage('hello')
      hello(): void {}
    }
    const said = await saidAtBoot({ providers: [LegacyGateway, PlainGateway] });
    expect(said.filter((line) => line.includes('Gateway'))).toEqual([
      'LegacyGateway: RealtimeModule takes only the path of a @WebSocketGateway(), without effect: ' +
        'cors (the option origins of the module decides), transports',
    ]);
  });
});

it('an app that ends says how its drain went', async () => {
  const logger = new CollectingLogger();
  const node = await startNode({ providers: [EchoGateway], logger });
  await using peer = await node.connect();
  await node.app.close();
  expect((await peer.closed).code).toBe(1012);
  expect(ours(logger).at(-1)).toMatch(/^Drained in \d+ ms: sessions=1 cut=0$/);
});

it('RpcLogger says who was turned away, without what the request carried', async () => {
  const logger = new CollectingLogger();
  await using node = await startNode({ providers: [EchoGateway], options: { observers: [RpcLogger] }, logger });
  const foreign = { Origin: 'https://elsewhere.example' };
  expect((await rawUpgrade(node.port, '/ws?access_token=secret-token', foreign)).status).toBe(403);
  expect(logger.lines.filter((line) => line.includes('handshake='))).toEqual([
    'handshake=refused status=403 reason=OriginRefused address=127.0.0.1 RpcLogger',
  ]);
  expect(logger.lines.join('')).not.toContain('secret-token');
});
