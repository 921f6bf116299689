/** Reads what the server answered to `subscribe`. */
import { CallFailedError, PeerError } from 'nestjs-realtime-protocol';

/** The state of a topic, as it was when the server began to push it. */
export interface TopicState {
  readonly state: unknown;
}

/**
 * @returns the refusal of each topic that is not listened to, BAD_ANSWER for those that the server did not speak of; and the state of each
 *   that is listened to and whose state the server gave
 */
export function answersIn(result: unknown, topics: readonly string[]): ReadonlyMap<string, Error | TopicState> {
  const { subscribed, rejected, snapshots } = (result ?? {}) as { subscribed?: unknown; rejected?: unknown; snapshots?: unknown };
  const confirmed = new Set<unknown>(Array.isArray(subscribed) ? subscribed : []);
  const answers = new Map<string, Error | TopicState>();
  for (const entry of Array.isArray(rejected) ? (rejected as readonly unknown[]) : []) {
    const { topic, code, reason, message, data } = (entry ?? {}) as Record<string, unknown>;
    if (typeof topic !== 'string') continue;
    const sentence = typeof message === 'string' ? message : 'The server refused the topic';
    const word = typeof reason === 'string' ? reason : undefined;
    answers.set(topic, new PeerError(typeof code === 'number' ? code : 0, sentence, word, data));
  }
  for (const topic of topics) {
    if (confirmed.has(topic) || answers.has(topic)) continue;
    answers.set(topic, new CallFailedError('BAD_ANSWER', `The server did not confirm the topic ${topic}`));
  }
  for (const [topic, state] of Object.entries(snapshots ?? {})) {
    if (confirmed.has(topic) && !answers.has(topic)) answers.set(topic, { state });
  }
  return answers;
}
