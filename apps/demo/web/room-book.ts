/** What the page knows of the rooms: who is in which, what was said, what was not read yet. No element, no network. */
import type { ChatMessage, RoomInfo, RoomMembers } from '../src/demo-api.js';

/** One line of a conversation. Lines are compared by identity: a line that changes is another object. */
export type Line =
  | { readonly kind: 'message'; readonly from: string; readonly text: string; readonly at: number }
  /** A message of our own that the server has not brought back yet. */
  | { readonly kind: 'outgoing'; readonly from: string; readonly text: string; readonly at: number; readonly problem?: string }
  | { readonly kind: 'announcement'; readonly from: string; readonly text: string; readonly at: number }
  | { readonly kind: 'gap'; readonly sinceMs: number; readonly untilMs: number }
  | { readonly kind: 'note'; readonly text: string }
  /** The commands that there are. */
  | { readonly kind: 'help' };

export interface Room {
  readonly name: string;
  readonly joined: boolean;
  /** Users in it, as the server last said; undefined if it never did. */
  readonly members: number | undefined;
  readonly unread: number;
  readonly lines: readonly Line[];
}

/** Lines that are kept for each room; the oldest go first. */
export const MAX_LINES = 500;

export class RoomBook {
  private rooms = new Map<string, Room>();
  private currentName: string | undefined;

  /** All rooms, the joined ones first, each group in the order in which it became known. */
  get all(): Room[] {
    const rooms = [...this.rooms.values()];
    return [...rooms.filter(({ joined }) => joined), ...rooms.filter(({ joined }) => !joined)];
  }

  get joined(): Room[] {
    return [...this.rooms.values()].filter(({ joined }) => joined);
  }

  /** The room that is looked at. */
  get current(): Room | undefined {
    return this.currentName === undefined ? undefined : this.rooms.get(this.currentName);
  }

  get unread(): number {
    return this.joined.reduce((sum, { unread }) => sum + unread, 0);
  }

  get(name: string): Room | undefined {
    return this.rooms.get(name);
  }

  /** The server's list: rooms that it no longer names, and that we are not in, are forgotten. */
  learn(infos: readonly RoomInfo[]): void {
    const known = new Map(infos.map(({ name, members }) => [name, members]));
    for (const { name, joined } of this.rooms.values()) if (!joined && !known.has(name)) this.rooms.delete(name);
    for (const [name, members] of known) this.change(name, { members });
    for (const { name } of this.joined) if (!known.has(name)) this.change(name, { members: undefined });
  }

  /** How many are in a room now. */
  count({ room, members }: RoomMembers): void {
    if (this.rooms.has(room)) this.change(room, { members });
  }

  join(name: string): void {
    this.change(name, { joined: true });
    this.currentName ??= name;
  }

  /** The next joined room is looked at if it was this one. What was said is forgotten. */
  leave(name: string): void {
    if (!this.rooms.has(name)) return;
    this.change(name, { joined: false, unread: 0, lines: [] });
    if (this.currentName === name) this.currentName = undefined;
    const [next] = this.joined;
    if (this.currentName === undefined && next) this.select(next.name);
  }

  select(name: string): void {
    if (!this.rooms.get(name)?.joined) return;
    this.currentName = name;
    this.change(name, { unread: 0 });
  }

  /** The joined room before or after the one that is looked at, round and round. */
  neighbour(step: 1 | -1): string | undefined {
    const { joined } = this;
    const index = joined.findIndex(({ name }) => name === this.currentName);
    return joined[(index + step + joined.length) % joined.length]?.name;
  }

  /** A message from the server; one of our own takes the place of the line that waited for it. */
  receive({ room, from, text, at }: ChatMessage, own: boolean): void {
    const known = this.rooms.get(room);
    if (!known?.joined) return;
    const line: Line = { kind: 'message', from, text, at };
    const waiting = own
      ? known.lines.find((other) => other.kind === 'outgoing' && other.problem === undefined && other.text === text)
      : undefined;
    if (waiting) this.drop(room, waiting);
    this.add(room, line, !own);
  }

  /** @param counts whether it is something to be read */
  add(name: string, line: Line, counts: boolean): void {
    const room = this.rooms.get(name);
    if (!room) return;
    const unread = counts && name !== this.currentName ? room.unread + 1 : room.unread;
    this.change(name, { unread, lines: [...room.lines, line].slice(-MAX_LINES) });
  }

  replace(name: string, line: Line, other: Line): void {
    this.change(name, { lines: (this.rooms.get(name)?.lines ?? []).map((one) => (one === line ? other : one)) });
  }

  drop(name: string, line: Line): void {
    this.change(name, { lines: (this.rooms.get(name)?.lines ?? []).filter((one) => one !== line) });
  }

  private change(name: string, change: Partial<Omit<Room, 'name'>>): void {
    const room = this.rooms.get(name) ?? { name, joined: false, members: undefined, unread: 0, lines: [] };
    this.rooms.set(name, { ...room, ...change });
  }
}
