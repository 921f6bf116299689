/** Reads what the server answered to `subscribe`. */
import { PeerError } from 'nestjs-realtime-protocol';

/** @returns the refusal of each topic that is not listened to */
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
    if (!confirmed.has(topic) && !refusals.has(topic)) refusals.set(topic, new Error(`The server did not confirm the topic ${topic}`));
  }
  return refusals;
}
