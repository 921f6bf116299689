/** Which names a room may have, and the topic that it is. */

/** 1 to 64 characters, none of them a control character, no space at either end. */
export const ROOM_NAME = /^(?! )[^\p{Cc}\p{Cs}\u2028\u2029]{1,64}(?<! )$/u;

export const ROOM_NAME_RULE = 'a room name must have 1 to 64 characters, no control characters, and no space at either end';

const TOPIC_PREFIX = 'room:';

export function topicOf(room: string): string {
  return TOPIC_PREFIX + room;
}

/** @returns undefined for a topic that is no room */
export function roomOf(topic: string): string | undefined {
  return topic.length > TOPIC_PREFIX.length && topic.startsWith(TOPIC_PREFIX) ? topic.slice(TOPIC_PREFIX.length) : undefined;
}
