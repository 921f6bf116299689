/** Matches topic names against patterns such as `room:*`. */

/**
 * `*` stands for one or more characters; everything else is meant literally. Matching costs at most the product of the
 * lengths of pattern and name, which are both bounded.
 */
export class TopicPattern {
  private readonly pieces: readonly string[];

  constructor(readonly text: string) {
    this.pieces = text.split('*');
  }

  /** What each `*` stands for, the shortest fit first; undefined if the name does not match. */
  match(topic: string): readonly string[] | undefined {
    const first = this.pieces[0] ?? '';
    const last = this.pieces[this.pieces.length - 1] ?? '';
    if (this.pieces.length === 1) return topic === first ? [] : undefined;
    if (!topic.startsWith(first)) return undefined;
    const wildcards: string[] = [];
    let at = first.length;
    for (const piece of this.pieces.slice(1, -1)) {
      const found = topic.indexOf(piece, at + 1);
      if (found === -1) return undefined;
      wildcards.push(topic.slice(at, found));
      at = found + piece.length;
    }
    const end = topic.length - last.length;
    if (end <= at || !topic.endsWith(last)) return undefined;
    wildcards.push(topic.slice(at, end));
    return wildcards;
  }
}
