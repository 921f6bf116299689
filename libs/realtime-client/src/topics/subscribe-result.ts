/** Reads what the server answered to `subscribe`. */
import { CallFailedError, PeerError } from 'nestjs-realtime-protocol';

/** @returns the refusal of each topic that is not listened to; BAD_ANSWER for those that the server did not speak of */
export function refusalsIn(result: unknown, topics: readonly string[]): ReadonlyMap<string, Error> {
  const { subscribed, rejected } = (result ?? {}) as { subscribed?: unknown; rejected?: unknown };
  const confirmed = new Set<unknown>(Array.isArray(subscribed) ? subscribed : []);
  const refusals = new Map<string, Error>();
  for (const entry of Array.isArray(rejected) ? (rejected as readonly unknown[]) : []) {
    const { topic, code, reason, message, data } = (entry ?? {}) as Record<string, unknown>;
    if (typeof topic !== 'string') continue;
    const sentence = typeof message === 'string' ? message : 'The server refused the topic';
    const word = typeof reason === 'string' ? reason : undefined;
    refusals.set(topic, new PeerError(typeof code === 'number' ? code : 0, sentence, word, data));
  }
  for (const topic of topics) {
    if (confirmed.has(topic) || refusals.has(topic)) continue;
    refusals.set(topic, new CallFailedError('BAD_ANSWER', `The server did not confirm the topic ${topic}`));
  }
  return refusals;
}
