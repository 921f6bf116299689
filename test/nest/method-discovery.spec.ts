/** Which providers can serve methods: all of them. */
import { Controller, Get, Inject, Injectable, Module, Scope } from '@nestjs/common';
import type { ModuleMetadata, Type } from '@nestjs/common';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';
import { bootFaults } from './boot.js';

@Injectable()
class Greeter {
  readonly greeting = 'hello';
}

@Injectable()
class Service {
  constructor(@Inject(Greeter) private readonly greeter: Greeter) {}

  @RpcMethod()
  greet(params: { name: string }): string {
    return `${this.greeter.greeting} ${params.name}`;
  }
}

const TOKEN = Symbol('service');

describe('a method is served', () => {
  const ways: [string, ModuleMetadata][] = [
    ['of a class', { providers: [Greeter, Service] }],
    ['of a class under another token', { providers: [Greeter, { provide: 'service', useClass: Service }] }],
    ['of a class under a symbol', { providers: [Greeter, { provide: TOKEN, useClass: Service }] }],
    [
      'of what a factory makes',
      { providers: [Greeter, { provide: TOKEN, inject: [Greeter], useFactory: (g: Greeter) => new Service(g) }] },
    ],
    ['of what a factory promises', { providers: [{ provide: TOKEN, useFactory: async () => new Service(new Greeter()) }] }],
    ['of a value', { providers: [{ provide: TOKEN, useValue: new Service(new Greeter()) }] }],
    ['once, of a class that has an alias', { providers: [Greeter, Service, { provide: TOKEN, useExisting: Service }] }],
  ];

  it.each(ways)('%s', async (_way, metadata) => {
    await using node = await startNode(metadata);
    await using peer = await node.connect();
    expect(await peer.result('greet', { name: 'Ann' })).toBe('hello Ann');
  });

  it('of a controller, which keeps its routes', async () => {
    @Controller('greet')
    class GreetController {
      constructor(@Inject(Greeter) private readonly greeter: Greeter) {}

      @Get()
      @RpcMethod('http.greet')
      greet(): string {
        return this.greeter.greeting;
      }
    }
    await using node = await startNode({ providers: [Greeter], controllers: [GreetController] });
    await using peer = await node.connect();
    expect(await peer.result('http.greet')).toBe('hello');
    expect(await (await fetch(`http://127.0.0.1:${node.port}/greet`)).text()).toBe('hello');
  });

  it('of a provider in any module, exported or not', async () => {
    @Module({ providers: [Greeter, Service] })
    class DeepModule {}
    @Module({ imports: [DeepModule] })
    class FeatureModule {}
    await using node = await startNode({ imports: [FeatureModule] });
    await using peer = await node.connect();
    expect(await peer.result('greet', { name: 'Bob' })).toBe('hello Bob');
  });
});

describe('two classes of one name', () => {
  function gateway(prefix: string, value: number): Type<object> {
    @RpcGateway(prefix)
    class SameName {
      @RpcMethod()
      get(): number {
        return value;
      }
    }
    return SameName;
  }

  it('do not get in each other’s way', async () => {
    await using node = await startNode({ providers: [gateway('first', 1), gateway('second', 2)] });
    await using peer = await node.connect();
    expect(await peer.result('first.get')).toBe(1);
    expect(await peer.result('second.get')).toBe(2);
  });
});

describe('names', () => {
  it('are the name of the method unless the decorator says another, behind the prefix of the gateway', async () => {
    @RpcGateway('a.b')
    class Prefixed {
      @RpcMethod()
      plain(): string {
        return 'plain';
      }

      @RpcMethod('named/with:signs')
      named(): string {
        return 'named';
      }
    }
    @RpcGateway()
    class Bare {
      @RpcMethod('chat.say')
      say(): string {
        return 'say';
      }
    }
    await using node = await startNode({ providers: [Prefixed, Bare] });
    await using peer = await node.connect();
    expect(await peer.result('a.b.plain')).toBe('plain');
    expect(await peer.result('a.b.named/with:signs')).toBe('named');
    expect(await peer.result('chat.say')).toBe('say');
    expect((await peer.request('plain')).error?.code).toBe(-32601);
  });
});

describe('what is no method', () => {
  it('stays out of reach', async () => {
    @RpcGateway('g')
    class Gateway {
      readonly field = (): string => 'field';

      @RpcMethod()
      open(): string {
        return this.secret();
      }

      secret(): string {
        return 'secret';
      }
    }
    const plain = { provide: 'plain', useValue: { open: () => 'no class' } };
    const odd = [
      { provide: 'nothing', useValue: null },
      { provide: 'text', useValue: 'text' },
      { provide: 'bare', useValue: Object.create(null) },
    ];
    await using node = await startNode({ providers: [Gateway, plain, ...odd] });
    await using peer = await node.connect();
    expect(await peer.result('g.open')).toBe('secret');
    for (const name of ['g.secret', 'g.field', 'g.constructor', 'open', 'secret']) {
      expect((await peer.request(name)).error?.code).toBe(-32601);
    }
  });

  it('is not touched: getters of providers do not run', async () => {
    class Trap {
      get opened(): never {
        throw new Error('A getter ran');
      }

      @RpcMethod('trap.ok')
      ok(): string {
        return 'ok';
      }
    }
    await using node = await startNode({
      providers: [
        Trap,
        {
          provide: 'value',
          useValue: new (class {
            get x(): never {
              throw new Error('A getter ran');
            }
          })(),
        },
      ],
    });
    await using peer = await node.connect();
    expect(await peer.result('trap.ok')).toBe('ok');
  });
});

describe('a transient provider', () => {
  @Injectable({ scope: Scope.TRANSIENT })
  class Transient {
    private readonly made = true;

    @RpcMethod('transient.made')
    isMade(): boolean {
      return this.made;
    }
  }

  it('is refused at boot by name, because it belongs to whoever injects it', async () => {
    const faults = await bootFaults({ providers: [Transient] });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain('Transient.isMade');
  });
});

describe('options without a name', () => {
  it('leave the name to the method, and the class without a prefix', async () => {
    @RpcGateway({ path: '/short' })
    class ShortGateway {
      @RpcMethod({ timeoutMs: 1 })
      hang(): Promise<never> {
        return new Promise(() => undefined);
      }
    }
    await using node = await startNode({ providers: [ShortGateway] });
    await using peer = await node.connect('/short');
    expect((await peer.request('hang')).error?.code).toBe(-32008);
  });
});
