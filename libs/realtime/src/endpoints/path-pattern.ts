/** The path of an endpoint, with parameters as in `/ws/:tenant`. */

const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({});

const PARAMETER = /^:[A-Za-z_][A-Za-z0-9_]*$/;

/** What is wrong with a pattern; undefined if it is good. */
export function pathPatternFault(pattern: unknown): string | undefined {
  if (typeof pattern !== 'string' || !pattern.startsWith('/')) return 'must be a string that begins with /';
  const names = segmentsOf(pattern).filter((segment) => segment.startsWith(':'));
  if (names.some((name) => !PARAMETER.test(name))) return 'has a parameter without a proper name';
  if (new Set(names).size < names.length) return 'names a parameter twice';
  if (/[?#*]/.test(pattern)) return 'must not have a ?, # or *';
  const written = asClientsWrite(pattern);
  return written === pattern ? undefined : `would never match: clients write it ${written}`;
}

export class PathPattern {
  private readonly segments: readonly string[];
  private readonly bare: string;
  private readonly hasParams: boolean;

  /** @param text a pattern without fault */
  constructor(readonly text: string) {
    this.segments = segmentsOf(text);
    this.bare = withoutSlash(text);
    this.hasParams = this.segments.some((segment) => segment.startsWith(':'));
  }

  /** Two patterns that match the same paths. */
  get shape(): string {
    return this.segments.map((segment) => (segment.startsWith(':') ? ':' : segment)).join('/');
  }

  /** True if the parameters of both have the same names at the same places. */
  sameNames(other: PathPattern): boolean {
    return this.segments.join('/') === other.segments.join('/');
  }

  /** How many segments are meant literally; of two patterns that match, the one with more is meant. */
  get literalSegments(): number {
    return this.segments.filter((segment) => !segment.startsWith(':')).length;
  }

  /**
   * The values of the parameters; undefined if the path is another one. A slash at the end makes no difference.
   * @throws {URIError} if a value is not properly percent-encoded
   */
  match(path: string): Readonly<Record<string, string>> | undefined {
    if (!this.hasParams) return path === this.text || withoutSlash(path) === this.bare ? NO_PARAMS : undefined;
    const segments = segmentsOf(path);
    if (segments.length !== this.segments.length) return undefined;
    const params: [string, string][] = [];
    for (let i = 0; i < segments.length; i++) {
      const expected = this.segments[i] as string;
      const actual = segments[i] as string;
      if (expected.startsWith(':') && actual !== '') params.push([expected.slice(1), actual]);
      else if (expected !== actual) return undefined;
    }
    return Object.fromEntries(params.map(([name, value]) => [name, decodeURIComponent(value)]));
  }
}

/** Spaces and what is not ASCII are percent-encoded, `.` and `..` are gone. */
function asClientsWrite(path: string): string {
  return new URL(`ws://host${path}`).pathname;
}

function segmentsOf(path: string): string[] {
  return withoutSlash(path).slice(1).split('/');
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
