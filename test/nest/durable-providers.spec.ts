/** Durable providers: one object per tenant, where a strategy of the application says whose call it is. */
import { Inject, Injectable, Scope } from '@nestjs/common';
import { ContextIdFactory, REQUEST } from '@nestjs/core';
import type { ContextId, ContextIdStrategy, HostComponentInfo } from '@nestjs/core';
import { RpcContext, RpcGateway, RpcMethod, Session } from 'nestjs-realtime';
import type { GatewayHooks, RpcCall } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';

interface Tenant {
  readonly tenant: string;
}

/** As in Nest's documentation, with the tenant from the handshake. */
class TenantStrategy implements ContextIdStrategy<RpcCall> {
  private readonly trees = new Map<string, ContextId>();

  attach(contextId: ContextId, call: RpcCall): { resolve: (info: HostComponentInfo) => ContextId; payload: Tenant } {
    const tenant = call.handshake.params['tenant'] ?? String(call.headers['x-tenant'] ?? 'none');
    const tree = this.trees.get(tenant) ?? ContextIdFactory.create();
    this.trees.set(tenant, tree);
    return { resolve: (info) => (info.isTreeDurable ? tree : contextId), payload: { tenant } };
  }
}

let made = 0;

@Injectable({ scope: Scope.REQUEST, durable: true })
class Database {
  readonly number = ++made;
  readonly tenant: string;

  constructor(@Inject(REQUEST) payload: Tenant) {
    this.tenant = payload.tenant;
  }
}

@RpcGateway('durable', { path: '/ws/:tenant' })
class DurableGateway {
  readonly number = ++made;
  constructor(@Inject(Database) private readonly database: Database) {}

  @RpcMethod()
  facts(@RpcContext() call: RpcContext): unknown {
    return { gateway: this.number, database: this.database.number, tenant: this.database.tenant, asked: call.handshake.params['tenant'] };
  }
}

@Injectable({ scope: Scope.REQUEST })
class PerCall {
  readonly number = ++made;
  constructor(@Inject(REQUEST) readonly call: RpcCall) {}
}

@RpcGateway('mixed', { path: '/ws/:tenant' })
class MixedGateway {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(PerCall) private readonly perCall: PerCall,
  ) {}

  @RpcMethod()
  facts(): unknown {
    return { database: this.database.number, tenant: this.database.tenant, perCall: this.perCall.number, id: this.perCall.call.id };
  }
}

type Facts = Record<string, unknown>;

describe('with a strategy', () => {
  beforeAll(() => ContextIdFactory.apply(new TenantStrategy()));
  // There is no way to take a strategy back; one that attaches nothing is as good as none.
  afterAll(() => ContextIdFactory.apply({ attach: (contextId) => () => contextId }));

  it('a durable gateway is one object per tenant, whoever calls', async () => {
    await using node = await startNode({ providers: [Database, DurableGateway] });
    await using acme = await node.connect('/ws/acme');
    await using acmeToo = await node.connect('/ws/acme');
    await using other = await node.connect('/ws/other');
    const first = (await acme.result('durable.facts')) as Facts;
    const again = (await acme.result('durable.facts')) as Facts;
    const colleague = (await acmeToo.result('durable.facts')) as Facts;
    const stranger = (await other.result('durable.facts')) as Facts;
    expect(first).toMatchObject({ tenant: 'acme', asked: 'acme' });
    expect(again).toEqual(first);
    expect(colleague).toEqual(first);
    expect(stranger).toMatchObject({ tenant: 'other', asked: 'other' });
    expect([stranger['gateway'], stranger['database']]).not.toEqual([first['gateway'], first['database']]);
  });

  it('calls of many tenants that arrive at once do not mix', async () => {
    await using node = await startNode({ providers: [Database, DurableGateway] });
    const tenants = ['a', 'b', 'c', 'a', 'b', 'c'];
    const peers = await Promise.all(tenants.map((tenant) => node.connect(`/ws/${tenant}`)));
    const facts = (await Promise.all(peers.map((peer) => peer.result('durable.facts')))) as Facts[];
    expect(facts.map((fact) => fact['tenant'])).toEqual(tenants);
    expect(new Set(facts.map((fact) => fact['database'])).size).toBe(3);
    await Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]()));
  });

  it('a gateway that is not durable itself shares the durable part and gets the rest per call', async () => {
    await using node = await startNode({ providers: [Database, PerCall, MixedGateway] });
    await using acme = await node.connect('/ws/acme');
    const first = (await acme.request('mixed.facts', undefined, 1)).result as Facts;
    const second = (await acme.request('mixed.facts', undefined, 2)).result as Facts;
    expect(first).toMatchObject({ tenant: 'acme', id: 1 });
    expect(second).toMatchObject({ tenant: 'acme', id: 2, database: first['database'] });
    expect(second['perCall']).not.toBe(first['perCall']);
  });

  it('finds headers where strategies for HTTP look for them', async () => {
    @RpcGateway('headed')
    class HeadedGateway {
      constructor(@Inject(Database) private readonly database: Database) {}

      @RpcMethod()
      tenant(): string {
        return this.database.tenant;
      }
    }
    await using node = await startNode({ providers: [Database, HeadedGateway] });
    await using peer = await RpcPeer.connect(node.url(), { headers: { 'X-Tenant': 'from-header' } });
    expect(await peer.result('headed.tenant')).toBe('from-header');
  });

  it('serves the connection hooks of a durable gateway too', async () => {
    const lines: unknown[] = [];
    @RpcGateway('hooked', { path: '/ws/:tenant' })
    class HookedGateway implements GatewayHooks {
      constructor(@Inject(Database) private readonly database: Database) {}

      handleConnection(session: Session): void {
        lines.push(['come', this.database.tenant]);
        session.push('welcome', { tenant: this.database.tenant });
      }

      handleDisconnect(): void {
        lines.push(['gone', this.database.tenant]);
      }
    }
    @RpcGateway('headless')
    class HeadlessGateway implements GatewayHooks {
      constructor(@Inject(Database) private readonly database: Database) {}

      handleConnection(session: Session): void {
        session.push('welcome', { tenant: this.database.tenant });
      }
    }
    await using node = await startNode({ providers: [Database, HookedGateway, HeadlessGateway] });
    const acme = await node.connect('/ws/acme');
    expect((await acme.push('welcome')).params).toEqual({ tenant: 'acme' });
    acme.socket.close();
    await eventually(() =>
      expect(lines).toEqual([
        ['come', 'acme'],
        ['gone', 'acme'],
      ]),
    );
    await using headed = await RpcPeer.connect(node.url(), { headers: { 'X-Tenant': 'from-header' } });
    expect((await headed.push('welcome')).params).toEqual({ tenant: 'from-header' });
  });
});
