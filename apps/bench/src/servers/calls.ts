/** The params of the calls that every server answers. */
export type Echo = Readonly<Record<string, unknown>>;

export interface Subscribe {
  readonly topics: readonly string[];
}

/** `count` pushes within one tick, `{ seq, pad }` with `size` characters of padding. */
export interface Publish {
  readonly topic: string;
  readonly count: number;
  readonly size: number;
}
