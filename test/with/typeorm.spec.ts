import { Inject, Injectable, NotFoundException, UseInterceptors } from '@nestjs/common';
import type { NestInterceptor, Type } from '@nestjs/common';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { RpcMethod } from 'nestjs-realtime';
import { Column, Entity, PrimaryGeneratedColumn, Repository } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { moduleFromPage } from '../docs/module-from-page.js';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

@Entity()
class Order {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('text')
  item!: string;
}

interface OpenTransactions extends NestInterceptor {
  readonly manager: EntityManager;
}

let Transactions: Type<OpenTransactions>;

beforeAll(async () => {
  ({ Transactions } = await moduleFromPage<{ Transactions: Type<OpenTransactions> }>('docs/with-other-libraries.md', 'class Transactions'));
});

/** An app with a database in memory, which has one connection, and so one transaction at a time. */
function startShop(waited: Promise<void>): Promise<RunningNode> {
  @Injectable()
  class Methods {
    constructor(
      @InjectRepository(Order) private readonly orders: Repository<Order>,
      @Inject(Transactions) private readonly transactions: OpenTransactions,
    ) {}

    @UseInterceptors(Transactions)
    @RpcMethod()
    async order({ item }: { item: string }): Promise<boolean> {
      const { manager } = this.transactions;
      await manager.save(Order, { item });
      await waited;
      if (item === 'unicorn') throw new NotFoundException('no such item');
      return manager.queryRunner?.isTransactionActive === true && manager === this.transactions.manager;
    }

    @RpcMethod()
    async list(): Promise<unknown> {
      return (await this.orders.find({ order: { id: 'ASC' } })).map(({ item }) => item);
    }

    @RpcMethod()
    isOutside(): boolean {
      return this.transactions.manager === this.orders.manager;
    }
  }
  return startNode({
    imports: [
      TypeOrmModule.forRoot({ type: 'sqljs', entities: [Order], synchronize: true, retryAttempts: 0 }),
      TypeOrmModule.forFeature([Order]),
    ],
    providers: [Transactions, Methods],
  });
}

describe('TypeORM', () => {
  it('has a transaction around a call, which its failure rolls back', async () => {
    await using node = await startShop(Promise.resolve());
    await using peer = await node.connect();
    expect(await peer.result('order', { item: 'tea' })).toBe(true);
    expect((await peer.request('order', { item: 'unicorn' })).error).toMatchObject({ code: -32004, message: 'no such item' });
    expect(await peer.result('order', { item: 'milk' })).toBe(true);
    expect(await peer.result('list')).toEqual(['tea', 'milk']);
  });

  it('shows the transaction of a call to no other, neither of its batch nor behind it', async () => {
    let goOn = (): void => undefined;
    await using node = await startShop(new Promise((resolve) => (goOn = resolve)));
    await using peer = await node.connect();
    peer.send([
      { jsonrpc: '2.0', id: 'slow', method: 'order', params: { item: 'tea' } },
      { jsonrpc: '2.0', id: 'beside', method: 'isOutside' },
    ]);
    expect(await peer.result('isOutside')).toBe(true);
    goOn();
    const batch = await eventually(() => peer.frames.find((frame) => frame.startsWith('[')) ?? Promise.reject(new Error('No batch')));
    expect(JSON.parse(batch)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: 'slow', result: true }),
        expect.objectContaining({ id: 'beside', result: true }),
      ]),
    );
    expect(await peer.result('isOutside')).toBe(true);
  });

  it('rolls back what a call did that was cancelled, once its handler is done', async () => {
    let goOn = (): void => undefined;
    await using node = await startShop(new Promise((resolve) => (goOn = resolve)));
    await using peer = await node.connect();
    peer.send({ jsonrpc: '2.0', id: 'cancelled', method: 'order', params: { item: 'tea' } });
    await eventually(async () => expect(await peer.result('list')).toEqual(['tea'])); // the only connection sees its own transaction
    peer.notify('$/cancelRequest', { id: 'cancelled' });
    expect((await peer.response('cancelled')).error).toMatchObject({ code: -32800 });
    goOn();
    await eventually(async () => expect(await peer.result('list')).toEqual([]));
  });
});
