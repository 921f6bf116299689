/** Which strings can name a topic. */
import { RpcError } from 'nestjs-realtime-protocol';

export const TOPIC_NAME_DEFAULTS = Object.freeze({ topicNameBytes: 255 });

/** Control characters, line and paragraph separators, and halves of surrogate pairs: they break logs and look-ups. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/** What is wrong with a name; undefined if it can name a topic. The length is looked at first, so that no other check sees a long string. */
export function topicNameFault(name: unknown, maxBytes: number): string | undefined {
  if (typeof name !== 'string' || name === '') return 'A topic name must be a string and not empty';
  if (name.length > maxBytes || Buffer.byteLength(name) > maxBytes) return `A topic name may have at most ${maxBytes} bytes`;
  return UNPRINTABLE.test(name) ? 'A topic name must not hold control characters' : undefined;
}

/** @throws {RpcError} InvalidParams for a name that no topic can have */
export function checkTopicName(name: unknown, maxBytes: number): asserts name is string {
  const fault = topicNameFault(name, maxBytes);
  if (fault !== undefined) throw RpcError.of('InvalidParams', fault);
}
