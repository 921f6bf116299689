/** Which names a room may have, and the topic that it is. */

/** 1 to 64 characters, none of them a control character, no space at either end. */
export const ROOM_NAME = /^(?! )[^\p{Cc}\p{Cs}\u2028\u2029]{1,64}(?<! )$/u;

export const ROOM_NAME_RULE = 'a room name must have 1 to 64 characters, no control characters, and no space at either end';

export function topicOf(room: string): string {
  return `room:${room}`;
}
