/** Methods that a class inherits are served as its own. */
import type { Type } from '@nestjs/common';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';

describe('inherited methods', () => {
  abstract class Crud {
    abstract readonly kind: string;

    @RpcMethod()
    list(): string[] {
      return [this.kind];
    }

    @RpcMethod()
    remove(): string {
      return `base ${this.kind}`;
    }
  }

  @RpcGateway('users')
  class Users extends Crud {
    readonly kind = 'user';
  }

  @RpcGateway('rooms')
  class Rooms extends Crud {
    readonly kind = 'room';

    @RpcMethod('destroy')
    override remove(): string {
      return `own ${this.kind}`;
    }
  }

  @RpcGateway('silent')
  class Silent extends Crud {
    readonly kind = 'silent';

    // Overridden without the decorator: what the base class said is gone, as with Nest's own decorators.
    override remove(): string {
      return super.remove();
    }
  }

  it('are served by every class that inherits them, under its own prefix', async () => {
    await using node = await startNode({ providers: [Users, Rooms, Silent] });
    await using peer = await node.connect();
    expect(await peer.result('users.list')).toEqual(['user']);
    expect(await peer.result('rooms.list')).toEqual(['room']);
    expect(await peer.result('users.remove')).toBe('base user');
    expect(await peer.result('rooms.destroy')).toBe('own room');
    for (const gone of ['rooms.remove', 'silent.remove', 'remove', 'list']) {
      expect((await peer.request(gone)).error?.code).toBe(-32601);
    }
  });

  it('come with the prefix and the path of a base class', async () => {
    @RpcGateway('base', { path: '/base' })
    class Base {
      @RpcMethod()
      a(): string {
        return 'a';
      }
    }
    class Derived extends Base {}
    await using node = await startNode({ providers: [Derived] });
    await using peer = await node.connect('/base');
    expect(await peer.result('base.a')).toBe('a');
  });

  it('of a mixin are served', async () => {
    function withPing(name: string): Type<object> {
      class Mixin {
        @RpcMethod(`${name}.ping`)
        ping(): string {
          return name;
        }
      }
      return Mixin;
    }
    class One extends withPing('one') {}
    class Two extends withPing('two') {}
    await using node = await startNode({ providers: [One, Two] });
    await using peer = await node.connect();
    expect(await peer.result('one.ping')).toBe('one');
    expect(await peer.result('two.ping')).toBe('two');
  });
});
