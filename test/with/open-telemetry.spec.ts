import { Injectable, UseGuards, UseInterceptors } from '@nestjs/common';
import type { CanActivate, NestInterceptor, Type } from '@nestjs/common';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { RpcCall } from 'nestjs-realtime';
import { RpcMethod } from 'nestjs-realtime';
import { RealtimeTelemetryModule } from 'nestjs-realtime/telemetry';
import { moduleFromPage } from '../docs/module-from-page.js';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const inSpan = (name: string): Promise<boolean> =>
  trace.getTracer('shop').startActiveSpan(name, async (span) => {
    await turn();
    span.end();
    return true;
  });

@Injectable()
class LookingGuard implements CanActivate {
  canActivate(): Promise<boolean> {
    return inSpan('look');
  }
}

const activeSpan = (): string | undefined => trace.getActiveSpan()?.spanContext().spanId;

/** The methods of an app in which `Around` is guard and interceptor. */
function methodsBehind(Around: Type<CanActivate & NestInterceptor>): Type<{ readonly ends: unknown[] }> {
  @Injectable()
  class Methods {
    readonly ends: unknown[] = [];

    @UseGuards(LookingGuard, Around)
    @UseInterceptors(Around)
    @RpcMethod()
    async checkout({ turns }: { turns: number }, { session }: RpcCall): Promise<unknown> {
      session.onClose(() => this.ends.push(activeSpan()));
      for (let count = 0; count < turns; count++) await turn();
      await inSpan('query');
      return activeSpan();
    }

    @RpcMethod()
    async bare(): Promise<unknown> {
      const before = activeSpan();
      await turn();
      return [before, activeSpan()];
    }
  }
  return Methods;
}

const spansOf = (name: string, count: number) =>
  eventually(() => {
    const found = exporter.getFinishedSpans().filter((span) => span.name === name);
    if (found.length !== count) throw new Error(`${found.length} spans ${name}`);
    return found.map((span) => ({ id: span.spanContext().spanId, parent: span.parentSpanContext?.spanId }));
  });

describe('OpenTelemetry', () => {
  let Methods: Type<{ readonly ends: unknown[] }>;

  beforeAll(async () => {
    trace.setGlobalTracerProvider(provider);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const { CheckoutSpan } = await moduleFromPage<{ CheckoutSpan: Type<CanActivate & NestInterceptor> }>(
      'docs/with-other-libraries.md',
      'class CheckoutSpan',
    );
    Methods = methodsBehind(CheckoutSpan);
  });
  beforeEach(() => exporter.reset());
  afterAll(async () => {
    trace.disable();
    context.disable();
    await provider.shutdown();
  });

  it('has a span that a guard began as the parent of those of the handler, in each call and each item of a batch', async () => {
    await using node = await startNode({ providers: [Methods] });
    await using peer = await node.connect();
    const answers = await Promise.all([3, 0, 2].map((turns) => peer.result('checkout', { turns })));
    peer.send([1, 0].map((turns) => ({ jsonrpc: '2.0', id: `batch ${turns}`, method: 'checkout', params: { turns } })));
    await peer.settled();
    const frame = await eventually(() => peer.frames.find((text) => text.startsWith('[')) ?? Promise.reject(new Error('No batch')));
    const batch = (JSON.parse(frame) as { result: string }[]).map(({ result }) => result);
    const checkouts = await spansOf('checkout', 5);
    expect([...answers, ...batch].sort()).toEqual(checkouts.map(({ id }) => id).sort());
    expect(checkouts.map(({ parent }) => parent)).toEqual(Array(5).fill(undefined));
    expect((await spansOf('query', 5)).map(({ parent }) => parent).sort()).toEqual([...answers, ...batch].sort());
    expect((await spansOf('look', 5)).map(({ parent }) => parent)).toEqual(Array(5).fill(undefined));
  });

  it('leaves nothing to the next call, and nothing to the listeners of the session', async () => {
    await using node = await startNode({ providers: [Methods] });
    await using peer = await node.connect();
    await peer.result('checkout', { turns: 1 });
    expect(await peer.result('bare')).toEqual([null, null]);
    peer.socket.close();
    await peer.closed;
    await eventually(() => expect(node.app.get(Methods).ends).toEqual([undefined]));
  });

  it('has the span of the call as the parent of all, with RealtimeTelemetryModule', async () => {
    await using node = await startNode({ providers: [Methods], imports: [RealtimeTelemetryModule.forRoot()] });
    await using peer = await node.connect();
    const inner = await peer.result('checkout', { turns: 0 });
    const call = (await spansOf('checkout', 2)).find(({ id }) => id !== inner);
    expect(await spansOf('look', 1)).toEqual([expect.objectContaining({ parent: call?.id })]);
    expect(await spansOf('query', 1)).toEqual([expect.objectContaining({ parent: inner })]);
    expect(await spansOf('checkout', 2)).toContainEqual({ id: inner, parent: call?.id });
    const [before, after] = (await peer.result('bare')) as string[];
    expect(await spansOf('bare', 1)).toEqual([{ id: before, parent: undefined }]);
    expect(after).toBe(before);
  });
});
