import { MessageBody } from '@nestjs/websockets';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';
import { RawPeer } from './raw-peer.js';

@RpcGateway()
class TallyGateway {
  readonly seen: number[] = [];

  @RpcMethod()
  note(@MessageBody('n') n: number): void {
    this.seen.push(n);
  }
}

const COUNT = 1_000;

function notes(count: number): object[] {
  return Array.from({ length: count }, (_unused, n) => ({ jsonrpc: '2.0', method: 'note', params: { n } }));
}

describe('more messages than a fair share in one read', () => {
  it('are all handled, in order, and what comes later waits for them', async () => {
    await using node = await startNode({ providers: [TallyGateway] });
    await using peer = await RawPeer.connect(node.port);
    peer.send(...notes(COUNT), { jsonrpc: '2.0', id: 'after', method: 'heartbeat' });
    await peer.response('after');
    expect(node.app.get(TallyGateway).seen).toEqual(Array.from({ length: COUNT }, (_unused, n) => n));
  });

  it('let another session have its turn between', async () => {
    await using node = await startNode({ providers: [TallyGateway] });
    await using flood = await RawPeer.connect(node.port);
    await using bystander = await node.connect();
    flood.send(...notes(COUNT), { jsonrpc: '2.0', id: 'after', method: 'heartbeat' });
    expect((await bystander.request('heartbeat')).error).toBeUndefined();
    await flood.response('after');
    expect(node.app.get(TallyGateway).seen).toHaveLength(COUNT);
  });

  it('count also if a goodbye comes right behind them', async () => {
    await using node = await startNode({ providers: [TallyGateway] });
    await using peer = await RawPeer.connect(node.port);
    peer.send(...notes(COUNT));
    peer.sayGoodbye(1000);
    await peer.ended;
    expect(node.app.get(TallyGateway).seen).toHaveLength(COUNT);
  });
});
