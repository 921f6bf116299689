/** Reads JSON as RFC 8259 writes it and keeps every number as its characters. Slow and plain on purpose: it judges the fast way. */

/** A number, as it was written. */
export class NumberText {
  constructor(readonly text: string) {}
}

/** `Map` for objects, so that no name is special; of a repeated name the last one counts. */
export type ExactJson = null | boolean | string | NumberText | readonly ExactJson[] | ReadonlyMap<string, ExactJson>;

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// eslint-disable-next-line no-control-regex -- control characters are what the grammar forbids
const STRING = /"(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"/y;
const SPACE = /[ \t\n\r]*/y;
const WORDS: readonly [string, null | boolean][] = [
  ['null', null],
  ['true', true],
  ['false', false],
];

/** @throws {SyntaxError} if the text is not JSON */
export function readExactJson(text: string): ExactJson {
  return measureExactJson(text).value;
}

/**
 * The value, and how deep the text is nested; values that a later one of the same name replaces count too.
 * @throws {SyntaxError} if the text is not JSON
 */
export function measureExactJson(text: string): { readonly value: ExactJson; readonly depth: number } {
  const reader = new Reader(text);
  const value = reader.value();
  reader.end();
  return { value, depth: reader.deepest };
}

class Reader {
  deepest = 0;
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  value(): ExactJson {
    this.match(SPACE);
    const value = this.bareValue();
    this.match(SPACE);
    return value;
  }

  end(): void {
    if (this.at < this.text.length) throw this.fault();
  }

  private bareValue(): ExactJson {
    if (this.take('{')) return this.within(() => this.object());
    if (this.take('[')) return this.within(() => this.array());
    if (this.text[this.at] === '"') return this.string();
    for (const [word, value] of WORDS) if (this.take(word)) return value;
    const number = this.match(NUMBER);
    if (number === undefined) throw this.fault();
    return new NumberText(number);
  }

  private within(read: () => ExactJson): ExactJson {
    this.deepest = Math.max(this.deepest, ++this.depth);
    const value = read();
    this.depth--;
    return value;
  }

  private object(): ExactJson {
    const members = new Map<string, ExactJson>();
    this.match(SPACE);
    if (this.take('}')) return members;
    do {
      this.match(SPACE);
      const name = this.string();
      this.match(SPACE);
      this.need(':');
      members.set(name, this.value());
    } while (this.take(','));
    this.need('}');
    return members;
  }

  private array(): ExactJson {
    const items: ExactJson[] = [];
    this.match(SPACE);
    if (this.take(']')) return items;
    do items.push(this.value());
    while (this.take(','));
    this.need(']');
    return items;
  }

  private string(): string {
    const token = this.match(STRING);
    if (token === undefined) throw this.fault();
    return token.slice(1, -1).replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_all, hex: string | undefined, short: string) => {
      if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
      return { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }[short] ?? short;
    });
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private take(token: string): boolean {
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  private need(token: string): void {
    if (!this.take(token)) throw this.fault();
  }

  private fault(): SyntaxError {
    return new SyntaxError(`Unexpected text at ${this.at}`);
  }
}
