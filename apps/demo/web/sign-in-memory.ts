/** What the page remembers over a reload, for this tab only: the token and the rooms. */

export interface Memory {
  readonly token: string;
  readonly rooms: readonly string[];
}

const KEY = 'nestjs-realtime-demo';

export class SignInMemory {
  constructor(private readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {}

  /** @returns undefined if there is nothing, or nothing that makes sense */
  recall(): Memory | undefined {
    try {
      const { token, rooms } = JSON.parse(this.storage.getItem(KEY) ?? 'null') as { token?: unknown; rooms?: unknown };
      if (typeof token !== 'string' || !Array.isArray(rooms)) return undefined;
      return { token, rooms: rooms.filter((room) => typeof room === 'string') };
    } catch {
      // Translated: a storage that is switched off or holds something else is an empty one.
      return undefined;
    }
  }

  keep(memory: Memory): void {
    try {
      this.storage.setItem(KEY, JSON.stringify(memory));
    } catch {
      // Survived: without a storage the page asks again after a reload.
    }
  }

  forget(): void {
    try {
      this.storage.removeItem(KEY);
    } catch {
      // Survived: there is nothing to forget where nothing can be kept.
    }
  }
}
