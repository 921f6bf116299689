import { AttributeKey, RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { RpcCall, Session } from 'nestjs-realtime';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';
import { textFrame, RawPeer } from '../delivery/raw-peer.js';
import { PeopleGateway } from './people.gateway.js';

const VISITS = new AttributeKey<number>('visits');

@RpcGateway('facts', { path: '/ws/:tenant/:room' })
class FactsGateway {
  @RpcMethod()
  handshake(_params: unknown, { session, handshake }: RpcCall): unknown {
    const { address, path, params, query, headers, subprotocol } = session.handshake;
    const same = handshake === session.handshake;
    return { address, path, params, all: query.getAll('a'), header: headers['x-device'], subprotocol, same };
  }
}

@RpcGateway()
class VisitsGateway {
  @RpcMethod()
  visit(_params: unknown, { session }: RpcCall): number {
    const visits = (session.attributes.get(VISITS) ?? 0) + 1;
    session.attributes.set(VISITS, visits);
    return visits;
  }
}

describe('a session', () => {
  it('knows the facts of the request that opened it', async () => {
    await using node = await startNode({ providers: [FactsGateway] });
    const url = `${node.url('/ws/caf%C3%A9/a%2Fb')}?a=1&a=%C3%A9&b=`;
    await using peer = await RpcPeer.connect(url, { headers: { 'X-Device': 'watch' }, protocols: ['jsonrpc'] });
    expect(await peer.result('facts.handshake')).toEqual({
      address: '127.0.0.1',
      path: '/ws/caf%C3%A9/a%2Fb',
      params: { tenant: 'café', room: 'a/b' },
      all: ['1', 'é'],
      header: 'watch',
      subprotocol: 'jsonrpc',
      same: true,
    });
  });

  it('has an empty subprotocol if none was offered', async () => {
    await using node = await startNode({ providers: [FactsGateway] });
    await using peer = await node.connect('/ws/t/r');
    expect(await peer.result('facts.handshake')).toMatchObject({ subprotocol: '', all: [] });
  });

  it('has a random id that the request cannot choose', async () => {
    await using node = await startNode({ providers: [PeopleGateway] });
    const headers = { 'X-Session-Id': 'mine', Cookie: 'id=mine; sid=mine' };
    const peers = await Promise.all(Array.from({ length: 20 }, () => RpcPeer.connect(`${node.url()}?id=mine&sessionId=mine`, { headers })));
    const ids = await Promise.all(peers.map((peer) => peer.result('sessionId')));
    expect(new Set(ids).size).toBe(20);
    for (const id of ids) expect(id).toMatch(/^[\w-]{22,}$/);
    await Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]()));
  });

  it('keeps typed attributes of its own', async () => {
    await using node = await startNode({ providers: [VisitsGateway] });
    await using one = await node.connect();
    await using two = await node.connect();
    expect([await one.result('visit'), await one.result('visit'), await two.result('visit')]).toEqual([1, 2, 1]);
  });

  it('is in the hub before its first message is handled, also if both came in one segment', async () => {
    await using node = await startNode({ providers: [PeopleGateway] });
    for (let i = 0; i < 20; i++) {
      const first = textFrame({ jsonrpc: '2.0', id: 1, method: 'sessionId' });
      await using peer = await RawPeer.connect(node.port, '/ws', [first]);
      const { result } = await peer.response(1);
      expect(node.hub.session(result as string)?.id).toBe(result);
    }
  });

  it('can be pushed to from the hook that greets it', async () => {
    @RpcGateway()
    class GreetingGateway {
      handleConnection(session: Session): void {
        session.push('welcome', { id: session.id });
      }
    }
    await using node = await startNode({ providers: [GreetingGateway, PeopleGateway] });
    await using peer = await node.connect();
    expect((await peer.push('welcome')).params).toEqual({ id: await peer.result('sessionId') });
  });
});
