/** The calls of the handlers suite, their right answers, and calls that must be refused. */
import { isDeepStrictEqual } from 'node:util';
import type { Tallies } from './order-enhancers.js';
import type { Receipt } from './receipt.js';

/** Calls one at a time. */
interface Caller {
  call(method: string, params: object): Promise<unknown>;
}

/** What stands around a handler. */
export interface OrderCase {
  readonly id: string;
  readonly title: string;
  /** The method that is called, on every server. */
  readonly method: string;
  readonly isGuarded?: boolean;
  readonly isIntercepted?: boolean;
  readonly isValidated?: boolean;
  /** Most that ours wants to need, as a share of platform-ws; undefined where nothing is promised. */
  readonly target?: number;
}

export const ORDER_CASES: readonly OrderCase[] = [
  { id: 'handler-bare', title: 'Handler, bare', method: 'order.bare' },
  { id: 'handler-guard', title: 'Handler with a guard', method: 'order.guard', isGuarded: true, target: 0.6 },
  { id: 'handler-interceptor', title: 'Handler with an interceptor', method: 'order.interceptor', isIntercepted: true, target: 0.55 },
  { id: 'handler-dto', title: 'Handler with a DTO', method: 'order.dto', isValidated: true, target: 0.35 },
  { id: 'handler-schema', title: 'Handler with a schema of zod', method: 'order.schema', isValidated: true },
  {
    id: 'handler-all',
    title: 'Handler with guard, interceptor and DTO',
    method: 'order.all',
    isGuarded: true,
    isIntercepted: true,
    isValidated: true,
    target: 0.45,
  },
];

const LINES = Object.freeze([
  { article: 'A-1041', quantity: 2 },
  { article: 'B-77', quantity: 1 },
]);

/** `note` is no member of an order: validation has to take it away. */
export const ORDER_PARAMS = Object.freeze({
  reference: 'order-2024-000017',
  customerId: 4711,
  express: true,
  currency: 'EUR',
  lines: LINES,
  note: 'leave it with the neighbours',
});

const BAD_LINE = Object.freeze({ ...ORDER_PARAMS, lines: [LINES[0], { article: 'B-77', quantity: 0 }] });
const FORBIDDEN = Object.freeze({ ...ORDER_PARAMS, forbidden: true });

export function receiptFor({ isValidated = false }: OrderCase): Receipt {
  return { reference: ORDER_PARAMS.reference, quantity: 3, members: Object.keys(ORDER_PARAMS).length - (isValidated ? 1 : 0) };
}

/**
 * Calls once with a good order and with bad ones, so that no server is measured that only pretends.
 * @throws {Error} if an answer is wrong or if something is let through
 */
export async function checkOrders(caller: Caller, one: OrderCase): Promise<void> {
  const receipt = await caller.call(one.method, ORDER_PARAMS);
  if (!isDeepStrictEqual(receipt, receiptFor(one))) throw new Error(`${one.method} answered ${JSON.stringify(receipt)}`);
  await expectRefused(caller, one.method, BAD_LINE, one.isValidated ?? false);
  await expectRefused(caller, one.method, FORBIDDEN, one.isGuarded ?? false);
}

/** @throws {Error} if guard and interceptor did not run for each of the calls, or ran where they do not stand */
export function expectTallies(before: Tallies, after: Tallies, one: OrderCase, calls: number): void {
  const ran = { guarded: after.guarded - before.guarded, intercepted: after.intercepted - before.intercepted };
  const expected = { guarded: one.isGuarded ? calls : 0, intercepted: one.isIntercepted ? calls : 0 };
  if (!isDeepStrictEqual(ran, expected))
    throw new Error(`${one.method}: ${JSON.stringify(ran)} ran instead of ${JSON.stringify(expected)}`);
}

async function expectRefused(caller: Caller, method: string, params: object, isExpected: boolean): Promise<void> {
  // Translated: what is no good answer is a refusal here, whatever the server's words for it.
  const refused = await caller.call(method, params).then(
    () => false,
    () => true,
  );
  if (refused !== isExpected) throw new Error(`${method} ${refused ? 'refuses' : 'lets pass'} ${JSON.stringify(params)}`);
}
