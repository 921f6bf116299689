/** Options by topic pattern: finds those of a topic, and remembers them, so that patterns are not matched each time. */
import { TopicPattern } from './topic-pattern.js';

const MAX_KNOWN_TOPICS = 4_096;

export class TopicTable<T> {
  private readonly rows: readonly { readonly pattern: TopicPattern; readonly value: T }[];
  private readonly known = new Map<string, T | undefined>();

  /** Where several patterns match, the one with the most characters besides `*` counts. */
  constructor(byPattern: Readonly<Record<string, T>>) {
    this.rows = Object.entries(byPattern)
      .map(([text, value]) => ({ pattern: new TopicPattern(text), value }))
      // Sorting keeps the order of those that are equally special: the one that was written first counts.
      .sort((a, b) => specificness(b.pattern.text) - specificness(a.pattern.text));
  }

  get isEmpty(): boolean {
    return this.rows.length === 0;
  }

  of(topic: string): T | undefined {
    const known = this.known.get(topic);
    if (known !== undefined || this.known.has(topic)) return known;
    const value = this.rows.find(({ pattern }) => pattern.match(topic))?.value;
    if (this.known.size >= MAX_KNOWN_TOPICS) {
      const [eldest] = this.known.keys();
      if (eldest !== undefined) this.known.delete(eldest);
    }
    this.known.set(topic, value);
    return value;
  }
}

/** A name without `*` is more special than any pattern. */
function specificness(pattern: string): number {
  return pattern.includes('*') ? pattern.replaceAll('*', '').length : Infinity;
}
