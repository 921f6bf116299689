/** A shared library of the app's that came with a copy of the packages of its own. */
import { jest } from '@jest/globals';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { Session } from 'nestjs-realtime';
import { RpcError as Ours } from 'nestjs-realtime-protocol';
import { startNode } from '../support/start-node.js';

async function copyOfTheProtocol() {
  jest.resetModules();
  const copy = await import('nestjs-realtime-protocol');
  expect(copy.RpcError).not.toBe(Ours);
  return copy;
}

it('errors, finished JSON and close codes of the copy count as ours', async () => {
  const { RpcError, RawJson, Disconnect } = await copyOfTheProtocol();

  @RpcGateway()
  class SharedGateway {
    @RpcMethod()
    missing(): never {
      throw RpcError.of('NotFound', 'no such order');
    }

    @RpcMethod()
    raw(): unknown {
      return RawJson.parse('{"digits":12345678901234567890}');
    }

    @RpcMethod()
    leave(_params: unknown, { session }: { session: Session }): void {
      session.close(Disconnect.of(4600, 'Done'));
    }
  }

  await using node = await startNode({ providers: [SharedGateway] });
  await using peer = await node.connect();
  expect(await peer.request('missing')).toMatchObject({ error: { code: -32004, message: 'no such order', reason: 'NotFound' } });
  await peer.request('raw');
  expect(peer.frames.at(-1)).toContain('"result":{"digits":12345678901234567890}');
  expect(await node.hub.broadcast('news', RawJson.encode({ a: 1 }))).toEqual({ reached: 1 });
  expect((await peer.push('news')).params).toEqual({ a: 1 });
  peer.notify('leave');
  expect(await peer.closed).toEqual({ code: 4600, reason: 'Done' });
});
