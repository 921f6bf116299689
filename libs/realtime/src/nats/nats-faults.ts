/** What JetStream says when it cannot do what it is asked. */
import { JetStreamApiError } from '@nats-io/jetstream';

/** Another node, or a former self, wrote first. @see the server's errors, JSStreamWrongLastSequenceErrF */
export const WRONG_LAST_SEQUENCE = 10_071;

const STREAM_NOT_FOUND = 10_059;

/** The server has no such stream: it was started anew. */
export function isMissing(fault: unknown): boolean {
  if (fault instanceof JetStreamApiError) return fault.code === STREAM_NOT_FOUND;
  // Nobody listens on the stream's subject. The client takes it for a server without JetStream; its class for that is not exported.
  return fault instanceof Error && fault.name === 'JetStreamNotEnabled';
}
