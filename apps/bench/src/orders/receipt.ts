/** The answer to an order: it shows what the handler was given. */

/** As much of an order as is answered. */
interface ReceivedOrder {
  readonly reference: string;
  readonly lines: readonly { readonly quantity: number }[];
}

export interface Receipt {
  readonly reference: string;
  readonly quantity: number;
  /** How many members the handler's argument had: validation takes one away. */
  readonly members: number;
}

export function receiptOf(order: ReceivedOrder): Receipt {
  let quantity = 0;
  for (const line of order.lines) quantity += line.quantity;
  return { reference: order.reference, quantity, members: Object.keys(order).length };
}
