import type { OrderCase } from './order-calls.js';
import { ORDER_CASES, checkOrders, expectTallies, receiptFor } from './order-calls.js';
import type { Order } from './order.dto.js';

const ALL = ORDER_CASES.find(({ id }) => id === 'handler-all') as OrderCase;
const BARE = ORDER_CASES.find(({ id }) => id === 'handler-bare') as OrderCase;

/** A server that answers good orders rightly and does with the others what the test says. */
function server(one: OrderCase, { checks, guards }: { checks: boolean; guards: boolean }): Parameters<typeof checkOrders>[0] {
  return {
    call: async (_method, params) => {
      if (checks && (params as Order).lines.some(({ quantity }) => quantity < 1)) throw new Error('invalid');
      if (guards && 'forbidden' in params) throw new Error('forbidden');
      return receiptFor(one);
    },
  };
}

describe('checkOrders', () => {
  it('is content with a server that refuses what stands against it, and nothing else', async () => {
    await expect(checkOrders(server(ALL, { checks: true, guards: true }), ALL)).resolves.toBeUndefined();
    await expect(checkOrders(server(BARE, { checks: false, guards: false }), BARE)).resolves.toBeUndefined();
  });

  it.each([
    ['lets a broken rule pass', ALL, { checks: false, guards: true }, /order.all lets pass .*"quantity":0/],
    ['lets pass what its guard should refuse', ALL, { checks: true, guards: false }, /order.all lets pass .*"forbidden":true/],
    ['validates where nothing should be validated', BARE, { checks: true, guards: false }, /order.bare refuses .*"quantity":0/],
  ])('finds a server that %s', async (_which, one, does, message) => {
    await expect(checkOrders(server(one, does), one)).rejects.toThrow(message);
  });

  it('finds a server that leaves in what validation should take away', async () => {
    await expect(checkOrders(server(BARE, { checks: true, guards: true }), ALL)).rejects.toThrow('order.all answered {');
  });
});

describe('expectTallies', () => {
  const before = { guarded: 5, intercepted: 7 };

  it('is content if each call met what stands around its handler', () => {
    expect(() => expectTallies(before, { guarded: 15, intercepted: 17 }, ALL, 10)).not.toThrow();
    expect(() => expectTallies(before, before, BARE, 10)).not.toThrow();
  });

  it('finds a call that went past them', () => {
    expect(() => expectTallies(before, { guarded: 15, intercepted: 16 }, ALL, 10)).toThrow(/order.all: .*"intercepted":9/);
  });
});
