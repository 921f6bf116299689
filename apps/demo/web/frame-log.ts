/** The last frames that passed, ready to be shown and searched. No element, no network. */
import type { Frame } from 'nestjs-realtime-client';

/** What a frame says, for its one-line summary. */
export type FrameKind = 'request' | 'notification' | 'result' | 'error' | 'batch' | 'other';

export interface LoggedFrame {
  /** Counts up; never repeats. */
  readonly number: number;
  readonly direction: Frame['direction'];
  readonly atMs: number;
  readonly kind: FrameKind;
  /** The method; for an answer, the method that it answers. */
  readonly label: string;
  /** Bytes of UTF-8 on the wire, without the frame's own header. */
  readonly bytes: number;
  /** The frame as a value, with secrets made unreadable; the text itself if it is not JSON. */
  readonly value: unknown;
  /** What the filter looks through. */
  readonly searchText: string;
}

export interface FrameFilter {
  readonly text: string;
  readonly direction: Frame['direction'] | 'both';
}

/** Frames that are kept; the oldest go first. */
export const MAX_FRAMES = 200;

/** Members that are not shown: people look over shoulders and share screenshots. */
const SECRETS: ReadonlySet<string> = new Set(['password', 'token', 'accessToken']);
const SECRET_TEXT = '••••••';

export class FrameLog {
  private frames: readonly LoggedFrame[] = [];
  private lastNumber = 0;
  /** Methods of requests that wait for an answer, by direction and id. */
  private readonly asked = new Map<string, string>();
  private passed = 0;

  get all(): readonly LoggedFrame[] {
    return this.frames;
  }

  /** How many passed since the last `clear()`, also those that are no longer kept. */
  get total(): number {
    return this.passed;
  }

  add({ direction, text, atMs }: Frame): LoggedFrame {
    const value = parse(text);
    const { kind, label } = this.summarise(value, direction);
    const bytes = new TextEncoder().encode(text).length;
    const searchText = `${label} ${JSON.stringify(value)}`.toLowerCase();
    const frame = { number: ++this.lastNumber, direction, atMs, kind, label, bytes, value, searchText };
    this.frames = [...this.frames, frame].slice(-MAX_FRAMES);
    this.passed += 1;
    return frame;
  }

  clear(): void {
    this.frames = [];
    this.passed = 0;
  }

  private summarise(value: unknown, direction: Frame['direction']): Pick<LoggedFrame, 'kind' | 'label'> {
    if (Array.isArray(value)) return { kind: 'batch', label: `${value.length} messages` };
    if (typeof value !== 'object' || value === null) return { kind: 'other', label: 'not JSON-RPC' };
    const { id, method, error } = value as { id?: unknown; method?: unknown; error?: unknown };
    if (typeof method === 'string') {
      if (id === undefined) return { kind: 'notification', label: method };
      this.remember(keyOf(direction, id), method);
      return { kind: 'request', label: method };
    }
    const key = keyOf(direction === 'in' ? 'out' : 'in', id);
    const label = this.asked.get(key) ?? `id ${JSON.stringify(id)}`;
    this.asked.delete(key);
    return { kind: error === undefined ? 'result' : 'error', label };
  }

  private remember(key: string, method: string): void {
    this.asked.set(key, method);
    const [oldest] = this.asked.keys();
    if (this.asked.size > MAX_FRAMES && oldest !== undefined) this.asked.delete(oldest);
  }
}

export function matches(frame: LoggedFrame, { text, direction }: FrameFilter): boolean {
  return (direction === 'both' || frame.direction === direction) && frame.searchText.includes(text.trim().toLowerCase());
}

function keyOf(direction: Frame['direction'], id: unknown): string {
  return `${direction} ${JSON.stringify(id)}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, (member, value: unknown) => (SECRETS.has(member) && typeof value === 'string' ? SECRET_TEXT : value));
  } catch {
    // Translated: a frame that is not JSON is shown as it is.
    return text;
  }
}
