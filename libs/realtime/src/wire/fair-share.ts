/** What one peer may have of a turn of the event loop before others have theirs. */

/**
 * Messages of one peer that are handled in a turn, if they are small. A read brings up to 64 KiB, which is more than 10,000 of the smallest
 * messages, and a turn brings several reads.
 */
export const MESSAGES_PER_TURN = 256;

/** Bytes of one peer that are handled in a turn: the time that a message takes grows with it. A single message may have more. */
export const BYTES_PER_TURN = 128 * 1024;

/** What a message weighs beside its bytes, so that one number counts both. */
export const MESSAGE_WEIGHT = BYTES_PER_TURN / MESSAGES_PER_TURN;

/** How many of these messages are one share: one at least. */
export function shareOf(messages: readonly { readonly length: number }[]): number {
  let weight = 0;
  let count = 0;
  for (const { length } of messages) {
    weight += MESSAGE_WEIGHT + length;
    if (weight > BYTES_PER_TURN && count > 0) break;
    count++;
  }
  return count;
}
