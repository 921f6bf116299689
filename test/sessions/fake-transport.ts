/** A wire without a network: keeps what a session writes, and is as slow as a test wants it to be. */
import type { Disconnect } from 'nestjs-realtime';

/** Text for one receiver, or a frame that many receivers share. */
export type FakeFrame = string | { readonly text: string; readonly bytes: number };

export class FakeTransport {
  bufferedBytes = 0;
  writable = true;
  writeMark: number | undefined = undefined;
  /** The frames of each write. */
  readonly writes: (readonly FakeFrame[])[] = [];
  /** Everything that happened, in order: `write <texts>`, `close <code>`, `terminate`, `pause`, `resume`. */
  readonly log: string[] = [];
  goodbye: Disconnect | undefined;
  /** A ping or a pong of the peer came in. */
  heard = false;

  /** The texts of all frames that were written, in order. */
  get texts(): string[] {
    return this.writes.flat().map(textOf);
  }

  get messages(): Record<string, unknown>[] {
    return this.texts.map((text) => JSON.parse(text) as Record<string, unknown>);
  }

  write(frames: readonly FakeFrame[]): void {
    this.writes.push([...frames]);
    this.log.push(`write ${frames.map(textOf).join(' ')}`);
  }

  pause(): void {
    this.log.push('pause');
  }

  resume(): void {
    this.log.push('resume');
  }

  close(disconnect: Disconnect): void {
    this.goodbye ??= disconnect;
    this.log.push(`close ${disconnect.code}`);
  }

  terminate(): void {
    this.log.push('terminate');
  }

  takeLife(): boolean {
    const { heard } = this;
    this.heard = false;
    return heard;
  }

  ping(): void {
    this.log.push('ping');
  }
}

function textOf(frame: FakeFrame): string {
  return typeof frame === 'string' ? frame : frame.text;
}

/** Facts of an opening request that nobody looks at. */
export const OPENING_FACTS = Object.freeze({
  address: '127.0.0.1',
  endpoint: '/ws',
  path: '/ws',
  params: {},
  search: '',
  headers: {},
});

/** Resolves when everything that is due in this tick has been done. */
export function tickDone(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
