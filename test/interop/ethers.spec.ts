import { WebSocketProvider } from 'ethers';
import type { RpcCall, Session } from 'nestjs-realtime';
import { RpcGateway, RpcMethod } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { everybodyGone } from './everybody-gone.js';

/** As much of a chain as a provider needs. */
@RpcGateway()
class ChainGateway {
  private readonly listeners = new Map<string, Session>();
  readonly left: string[] = [];

  @RpcMethod('eth_chainId')
  chainId(): string {
    return '0x539';
  }

  @RpcMethod('eth_blockNumber')
  blockNumber(): string {
    return '0x10';
  }

  /** Answers with the id first; the head that is known already follows at once. */
  @RpcMethod('eth_subscribe')
  subscribe([what]: readonly [string], call: RpcCall): string {
    const id = `0x${(this.listeners.size + 10).toString(16)}`;
    this.listeners.set(id, call.session);
    call.afterReply(() => push(call.session, id, { number: '0x11', what }));
    return id;
  }

  @RpcMethod('eth_unsubscribe')
  unsubscribe([id]: readonly [string]): boolean {
    this.left.push(id);
    return this.listeners.delete(id);
  }

  mine(number: number): void {
    for (const [id, session] of this.listeners) push(session, id, { number: `0x${number.toString(16)}` });
  }
}

function push(session: Session, subscription: string, result: object): void {
  session.push('eth_subscription', { subscription, result });
}

/** A provider that goes as a page goes that is closed. */
class Provider extends WebSocketProvider implements AsyncDisposable {
  constructor(private readonly node: RunningNode) {
    super(node.url());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.destroy();
    await everybodyGone(this.node);
  }
}

describe('the WebSocketProvider of ethers', () => {
  it('learns the chain and the height', async () => {
    await using node = await startNode({ providers: [ChainGateway] });
    await using provider = new Provider(node);
    expect((await provider.getNetwork()).chainId).toBe(1337n);
    expect(await provider.getBlockNumber()).toBe(16);
    expect(await provider.send('eth_chainId', [])).toBe('0x539');
  });

  it('gets the head that follows the reply to eth_subscribe at once, and those after it', async () => {
    await using node = await startNode({ providers: [ChainGateway] });
    await using provider = new Provider(node);
    const heads: number[] = [];
    await provider.on('block', (number: number) => heads.push(number));
    await eventually(() => expect(heads).toEqual([17]));
    for (const number of [18, 19, 20]) node.app.get(ChainGateway).mine(number);
    await eventually(() => expect(heads).toEqual([17, 18, 19, 20]));
  });

  it('leaves a subscription and hears no more of it', async () => {
    await using node = await startNode({ providers: [ChainGateway] });
    await using provider = new Provider(node);
    const heads: number[] = [];
    await provider.on('block', (number: number) => heads.push(number));
    await eventually(() => expect(heads).toEqual([17]));
    await provider.removeAllListeners('block');
    const gateway = node.app.get(ChainGateway);
    await eventually(() => expect(gateway.left).toEqual(['0xa']));
    gateway.mine(18);
    expect(await provider.getBlockNumber()).toBe(16);
    expect(heads).toEqual([17]);
  });

  it('gets an error for a method that the chain does not have', async () => {
    await using node = await startNode({ providers: [ChainGateway] });
    await using provider = new Provider(node);
    await expect(provider.send('eth_getLogs', [])).rejects.toMatchObject({ error: { code: -32601 } });
  });

  it('may go without leaving its subscriptions, and the next one is served', async () => {
    await using node = await startNode({ providers: [ChainGateway] });
    for (let round = 0; round < 3; round++) {
      await using provider = new Provider(node);
      const heads: number[] = [];
      await provider.on('block', (number: number) => heads.push(number));
      await eventually(() => expect(heads).toEqual([17]));
    }
    node.app.get(ChainGateway).mine(18);
    expect(node.hub.stats().sessions).toEqual({ open: 0, closing: 0 });
  });
});
