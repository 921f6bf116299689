/** The rules of `Order` once more, as a schema of zod. */
import { z } from 'zod';

export const ORDER_SCHEMA = z.object({
  reference: z.string().min(1).max(40),
  customerId: z.int().min(1),
  express: z.boolean(),
  currency: z.enum(['EUR', 'USD']),
  lines: z.array(z.object({ article: z.string().min(1).max(20), quantity: z.int().min(1) })).max(100),
});

export type SchemaOrder = z.infer<typeof ORDER_SCHEMA>;
