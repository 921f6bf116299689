import { SpanKind, SpanStatusCode, context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { Public, RpcGateway, RpcMethod, TopicPolicy } from 'nestjs-realtime';
import { RealtimeTelemetryModule } from 'nestjs-realtime/telemetry';
import type { RealtimeTelemetryOptions } from 'nestjs-realtime/telemetry';
import { eventually } from '../support/eventually.js';
import { RpcPeer } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { MetricsGateway } from './metrics.gateway.js';

@Public()
@RpcGateway('inner')
class InnerGateway {
  @RpcMethod()
  async work(): Promise<string | undefined> {
    await new Promise((resolve) => setImmediate(resolve));
    const inner = trace.getTracer('app').startSpan('inside');
    inner.end();
    return trace.getActiveSpan()?.spanContext().spanId;
  }
}

class BrokenPolicy {
  @TopicPolicy('bug:*')
  decide(): never {
    throw new RangeError('policy bug');
  }
}

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = `00-${TRACE}-b7ad6b7169203331-01`;

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

const traced = (options?: RealtimeTelemetryOptions): Promise<RunningNode> =>
  startNode({ providers: [MetricsGateway, InnerGateway, BrokenPolicy], imports: [RealtimeTelemetryModule.forRoot(options)] });

/** The one span of this name, once it has ended. */
function spanOf(name: string): Promise<ReadableSpan> {
  return eventually(() => {
    const found = exporter.getFinishedSpans().filter((span) => span.name === name);
    if (found.length !== 1) throw new Error(`${found.length} spans ${name}`);
    return found[0] as ReadableSpan;
  });
}

describe('tracing', () => {
  beforeAll(() => {
    trace.setGlobalTracerProvider(provider);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  });
  beforeEach(() => exporter.reset());
  afterAll(async () => {
    trace.disable();
    context.disable();
    propagation.disable();
    await provider.shutdown();
  });

  it('makes a span of each call, active while the handler runs', async () => {
    await using node = await traced();
    await using peer = await node.connect();
    const active = await peer.result('inner.work');
    const span = await spanOf('inner.work');
    expect(span.spanContext().spanId).toBe(active);
    expect((await spanOf('inside')).parentSpanContext?.spanId).toBe(active);
    expect([span.kind, span.status.code, span.parentSpanContext]).toEqual([SpanKind.SERVER, SpanStatusCode.UNSET, undefined]);
    expect(span.attributes).toEqual({
      'rpc.system': 'jsonrpc',
      'rpc.method': 'inner.work',
      'rpc.jsonrpc.version': '2.0',
      'rpc.jsonrpc.request_id': '"r1"',
      'rpc.outcome': 'ok',
      'session.id': node.hub.find({ kind: 'all' })[0]?.id,
    });
  });

  it('continues the trace that comes with the params', async () => {
    await using node = await traced();
    await using peer = await node.connect();
    await peer.result('echo', { _meta: { traceparent: PARENT } });
    const span = await spanOf('echo');
    expect([span.spanContext().traceId, span.parentSpanContext?.spanId]).toEqual([TRACE, 'b7ad6b7169203331']);
  });

  it('continues the trace of the request that opened the session, if the params bring none', async () => {
    await using node = await traced();
    await using peer = await RpcPeer.connect(node.url(), { headers: { traceparent: PARENT } });
    await peer.result('echo', [1]);
    expect((await spanOf('echo')).spanContext().traceId).toBe(TRACE);
    exporter.reset();
    const other = PARENT.replace(TRACE, 'a'.repeat(32));
    await peer.result('echo', { _meta: { traceparent: other } });
    expect((await spanOf('echo')).spanContext().traceId).toBe('a'.repeat(32));
  });

  it('links to the trace of a peer that is not trusted', async () => {
    await using node = await traced({ trustPeers: false });
    await using peer = await node.connect();
    await peer.result('echo', { _meta: { traceparent: PARENT } });
    const span = await spanOf('echo');
    expect(span.spanContext().traceId).not.toBe(TRACE);
    expect(span.links.map((link) => link.context.traceId)).toEqual([TRACE]);
  });

  it.each([
    ['no text', { traceparent: 7 }],
    ['nonsense', { traceparent: '00-zz-1-1' }],
    ['an array', [PARENT]],
    ['null', null],
    ['a long text', { traceparent: PARENT.padEnd(10_000, 'x') }],
  ])('begins a trace of its own if the params bring %s', async (_, meta) => {
    await using node = await traced();
    await using peer = await node.connect();
    expect(await peer.result('echo', { _meta: meta })).toEqual({ _meta: meta });
    expect((await spanOf('echo')).parentSpanContext).toBeUndefined();
  });

  it('says how a call failed, and keeps exceptions for faults of the server', async () => {
    await using node = await traced();
    await using peer = await node.connect();
    for (const method of ['fail', 'refuse', 'ownError', 'slow', 'nobody']) await peer.request(method);
    const facts = async (name: string): Promise<unknown[]> => {
      const { status, attributes, events } = await spanOf(name);
      return [status.code, attributes['rpc.jsonrpc.error_code'], attributes['error.type'], attributes['rpc.outcome'], events.length];
    };
    expect(await facts('fail')).toEqual([SpanStatusCode.ERROR, -32603, 'InternalError', 'error', 1]);
    expect(await facts('refuse')).toEqual([SpanStatusCode.UNSET, -32602, 'InvalidParams', 'error', 0]);
    expect(await facts('ownError')).toEqual([SpanStatusCode.UNSET, 17, undefined, 'error', 0]);
    expect(await facts('slow')).toEqual([SpanStatusCode.ERROR, -32008, 'Timeout', 'timeout', 0]);
    // Names that nobody serves are a peer's invention.
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['fail', 'refuse', 'ownError', 'slow']);
  });

  it('keeps what a topic policy threw', async () => {
    await using node = await traced();
    await using peer = await node.connect();
    expect((await peer.request('subscribe', { topics: ['bug:1'] })).error?.reason).toBe('InternalError');
    expect((await spanOf('subscribe')).events.map(({ attributes }) => attributes?.['exception.type'])).toEqual(['RangeError']);
  });

  it('refuses options that are none, and names them all', () => {
    const options = { tracer: {}, trustPeer: false, trustPeers: 'no' } as unknown as RealtimeTelemetryOptions; // as JavaScript may
    expect(() => RealtimeTelemetryModule.forRoot(options)).toThrow(/^RealtimeTelemetryModule: tracer .*; trustPeer .*; trustPeers /);
  });

  it('ends the span of a call whose peer has left', async () => {
    await using node = await traced();
    await using peer = await node.connect();
    peer.notify('wait');
    await peer.settled();
    exporter.reset();
    peer.socket.terminate();
    expect((await spanOf('wait')).attributes['rpc.outcome']).toBe('disconnected');
  });
});
