/** Which topics go together in one call, so that no frame is longer than the server takes. */
import { encodeRequest } from 'nestjs-realtime-protocol';
import { bytesOf } from '../base/frame-size.js';

/** Topics of one call at the most. */
const TOPICS_PER_CALL = 200;

/** @returns what a frame that calls any of these methods has left for the names of topics, in bytes */
export function bytesForTopics(
  limits: { readonly frameBytes: number; readonly bufferedChars: number },
  methods: readonly string[],
): number {
  const empty = methods.map((method) => bytesOf(encodeRequest(Number.MAX_SAFE_INTEGER, method, { topics: [] })));
  return Math.min(limits.frameBytes, limits.bufferedChars) - Math.max(...empty);
}

/** Cuts by the bytes that the names have in a frame. A name that is too long for any frame is a part of its own. */
export function topicParts<T extends { readonly topic: string }>(items: readonly T[], bytes: number): T[][] {
  const parts: T[][] = [];
  let part: T[] = [];
  let left = 0;
  for (const item of items) {
    // With the comma; the first name has none.
    const needed = bytesOf(JSON.stringify(item.topic)) + 1;
    if (part.length === 0 || part.length >= TOPICS_PER_CALL || needed > left) {
      part = [];
      parts.push(part);
      left = bytes + 1;
    }
    part.push(item);
    left -= needed;
  }
  return parts;
}
