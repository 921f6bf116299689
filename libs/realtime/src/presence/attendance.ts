/** Who a session is in a topic, as the application says, and how it went. */
import type { Session } from '../session/session.js';
import type { ResolvedPresence } from '../topics/presence-options.js';
import type { Attributes } from './topic-presence.js';

const MAX_ATTRIBUTES_BYTES = 1_024;
const MAX_KEY_CHARACTERS = 1_024;
/** A peer that leaves with these does not mean to come back. @see RFC 6455 §7.4.1 */
const GOODBYES: readonly number[] = [1000, 1001];

export class Attendance {
  /** Sessions that have ended and whose goodbye is waited for, with the topics where they were somebody. */
  private readonly ended = new WeakMap<Session, [topic: string, key: string][]>();

  constructor(
    private readonly onFault: (fault: unknown) => void,
    /** The member does not come back. */
    private readonly onGoodbye: (topic: string, key: string) => void,
  ) {}

  /** A fault of the application is reported, and the session is nobody. */
  keyOf(rule: ResolvedPresence, session: Session): string | undefined {
    try {
      const key: unknown = rule.by(session);
      if (key === undefined || key === null) return undefined;
      if (typeof key === 'string' && key !== '' && key.length <= MAX_KEY_CHARACTERS) return key;
      throw new TypeError(`presence.by must give a string of at most ${MAX_KEY_CHARACTERS} characters that is not empty, or undefined`);
    } catch (fault) {
      this.onFault(fault);
      return undefined;
    }
  }

  /** A fault of the application is reported, and the member has none. */
  attributesOf(rule: ResolvedPresence, session: Session): Attributes | undefined {
    try {
      const attributes: unknown = rule.attributes?.(session);
      if (attributes === undefined) return undefined;
      const text = typeof attributes === 'object' && attributes !== null && !Array.isArray(attributes) && JSON.stringify(attributes);
      if (typeof text === 'string' && Buffer.byteLength(text) <= MAX_ATTRIBUTES_BYTES) return JSON.parse(text) as Attributes;
      throw new TypeError(`presence.attributes must give an object of at most ${MAX_ATTRIBUTES_BYTES} bytes of JSON, or undefined`);
    } catch (fault) {
      this.onFault(fault);
      return undefined;
    }
  }

  /** The session is on its way out; it may turn out to have said goodbye. */
  watch(session: Session, topic: string, key: string): void {
    const places = this.ended.get(session);
    if (places) {
      places.push([topic, key]);
      return;
    }
    this.ended.set(session, [[topic, key]]);
    session.onClose(({ code, by, wasClean }) => {
      const isGoodbye = by === 'peer' && wasClean && GOODBYES.includes(code);
      if (!isGoodbye && !isFinal(by, code)) return;
      for (const [left, who] of this.ended.get(session) ?? []) this.onGoodbye(left, who);
    });
  }
}

/** It was sent away for good: clients stay away after these codes. */
function isFinal(by: 'server' | 'peer', code: number): boolean {
  return by === 'server' && code >= 4500 && code <= 4999;
}
