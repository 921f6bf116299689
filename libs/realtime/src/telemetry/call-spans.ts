/** A span for every call of a registered method, active while its handler runs. */
import type { Context, Link, Span, Tracer } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, context, propagation, trace } from '@opentelemetry/api';
import type { ErrorObject } from 'nestjs-realtime-protocol';
import { isError } from '../observe/fault-text.js';
import { FAULTS_OF_OURS } from '../observe/faults-of-ours.js';
import type { CallOutcome } from '../observe/realtime-observer.js';
import { promiseOf } from '../observe/promise-of.js';
import type { HandlerWrap } from '../rpc/handler-wraps.js';
import { isReported } from '../rpc/reported-fault.js';
import type { RpcCall } from '../rpc/rpc-call.js';

/** The headers of W3C Trace Context and Baggage; nothing else of a peer is handed to a propagator. */
const CARRIED = ['traceparent', 'tracestate', 'baggage'] as const;
/** Longest value that is looked at. A baggage may have 8192 bytes. @see W3C Baggage §3.3.2 */
const MAX_CARRIED = 8192;

/** @param trustPeers true if the span continues the peer's trace; false if it begins one of its own, with a link to the peer's */
export function callSpans(tracer: () => Tracer, trustPeers: boolean): HandlerWrap {
  return (handler) => (call) => {
    const peer = peerContext(call);
    const remote = peer && trace.getSpanContext(peer);
    const links: Link[] = remote && !trustPeers ? [{ context: remote }] : [];
    const parent = peer && trustPeers ? peer : ROOT_CONTEXT;
    const span = tracer().startSpan(call.method, { kind: SpanKind.SERVER, attributes: attributesOf(call), links }, parent);
    let thrown: unknown;
    call.onEnd((outcome, error) => endSpan(span, outcome, error, thrown));
    return context.with(trace.setSpan(parent, span), () => {
      try {
        const returned = handler(call);
        // Heard before whoever called us hears it, and ends the span.
        promiseOf(returned)?.catch((fault: unknown) => void (thrown = fault));
        return returned;
      } catch (fault) {
        thrown = fault;
        throw fault;
      }
    });
  };
}

function attributesOf({ method, session, idText }: RpcCall): Record<string, string> {
  return {
    'rpc.system': 'jsonrpc',
    'rpc.method': method,
    'rpc.jsonrpc.version': '2.0',
    'session.id': session.id,
    ...(idText === undefined ? {} : { 'rpc.jsonrpc.request_id': idText.slice(0, 128) }),
  };
}

function endSpan(span: Span, outcome: CallOutcome, error: ErrorObject | undefined, thrown: unknown): void {
  span.setAttribute('rpc.outcome', outcome);
  if (error) {
    span.setAttribute('rpc.jsonrpc.error_code', error.code);
    if (error.reason !== undefined) span.setAttribute('error.type', error.reason);
    if (FAULTS_OF_OURS.has(error.code)) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      const fault = isReported(thrown) ? thrown.cause : thrown;
      if (isError(fault)) span.recordException(fault);
    }
  }
  span.end();
}

/** The trace that the peer names: with the call in `params._meta`, else with the request that opened the session. */
function peerContext({ params, session }: RpcCall): Context | undefined {
  const meta = params === undefined || Array.isArray(params) ? undefined : (params as { readonly _meta?: unknown })._meta;
  return extracted(meta) ?? extracted(session.handshake.headers);
}

function extracted(source: unknown): Context | undefined {
  if (typeof source !== 'object' || source === null || !('traceparent' in source)) return undefined;
  const values = source as Readonly<Record<string, unknown>>;
  const carrier = Object.fromEntries(
    CARRIED.flatMap((name) => {
      const value = values[name];
      return typeof value === 'string' && value.length <= MAX_CARRIED ? [[name, value]] : [];
    }),
  );
  const found = propagation.extract(ROOT_CONTEXT, carrier);
  return trace.getSpanContext(found) ? found : undefined;
}
