/** What the compiler has not written down cannot be validated; who deploys such a build is told. */
import { MessageBody } from '@nestjs/websockets';
import { IsInt } from 'class-validator';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { RealtimeOptions } from 'nestjs-realtime';
import { z } from 'zod';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import { startNode } from '../support/start-node.js';

class Bid {
  @IsInt()
  cents!: number;
}

@RpcGateway('typed')
class TypedGateway {
  @RpcMethod()
  one(@MessageBody() bid: Bid): Bid {
    return bid;
  }

  @RpcMethod()
  many(@MessageBody() bids: Bid[]): Bid[] {
    return bids;
  }

  @RpcMethod()
  alike(@MessageBody() bid: { readonly cents: number }): unknown {
    return bid;
  }

  @RpcMethod()
  schema(@MessageBody({ schema: z.object({}) }) params: object): object {
    return params;
  }

  @RpcMethod()
  text(@MessageBody('text') text: string): string {
    return text;
  }

  @RpcMethod()
  nothing(): void {}
}

/** As esbuild and tsx compile it: decorators run, and no types are written. */
class BareGateway {
  one(bid: Bid): Bid {
    return bid;
  }

  nothing(): number {
    return 1;
  }
}
for (const name of ['one', 'nothing'] as const) {
  RpcMethod()(BareGateway.prototype, name, Object.getOwnPropertyDescriptor(BareGateway.prototype, name) as PropertyDescriptor);
}
MessageBody()(BareGateway.prototype, 'one', 0);
RpcGateway('bare')(BareGateway);

async function warningsOf(options: RealtimeOptions, ...providers: (new () => object)[]): Promise<string[]> {
  const logger = new CollectingLogger();
  const node = await startNode({ providers, options, logger });
  await node.app.close();
  return logger.lines.filter((line) => line.includes('not validated'));
}

describe('an app with classes that have rules', () => {
  it('is warned once of all params whose types were not written, or only in part', async () => {
    const [warning = '', ...others] = await warningsOf({}, TypedGateway, BareGateway);
    expect(others).toEqual([]);
    expect(warning).toMatch(/for BareGateway\.one no types of parameters/);
    expect(warning).toMatch(/for TypedGateway\.many, TypedGateway\.alike only Object or Array/);
    expect(warning).toContain('warnUntyped: false');
  });

  it.each([{ validation: false }, { validation: { warnUntyped: false } }])('is not warned with %j', async (options) => {
    expect(await warningsOf(options, TypedGateway, BareGateway)).toEqual([]);
  });
});
