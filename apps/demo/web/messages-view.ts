/** The conversations: one list for each room, of which one is seen. New lines are added, nothing is built twice. */
import { byId, make } from './element.js';
import type { FailedMessageActions } from './message-element.js';
import { elementOf } from './message-element.js';
import type { Line, Room, RoomBook } from './room-book.js';

/** Whoever is this close to the end wants to stay there, in px. */
const NEAR_END_PX = 60;

interface Shown {
  readonly list: HTMLOListElement;
  readonly elements: Map<Line, HTMLLIElement>;
  lines: readonly Line[];
}

export class MessagesView {
  private readonly scroller = byId('conversation', HTMLDivElement);
  private readonly toLatest = byId('to-latest', HTMLButtonElement);
  private readonly rooms = new Map<string, Shown>();
  private currentName: string | undefined;
  /** Whether the end was in sight when somebody last scrolled, or we did. */
  private isAtEnd = true;

  constructor(
    private readonly me: () => string | undefined,
    private readonly actions: FailedMessageActions,
  ) {
    this.toLatest.addEventListener('click', () => this.scrollToEnd());
    this.scroller.addEventListener('scroll', () => {
      this.isAtEnd = this.isNearEnd();
      if (this.isAtEnd) this.toLatest.hidden = true;
    });
    // A notice above or a keyboard below takes room away: the end stays in sight.
    new ResizeObserver(() => {
      if (this.isAtEnd) this.scrollToEnd();
    }).observe(this.scroller);
  }

  show({ joined, current }: RoomBook): void {
    const stays = this.isAtEnd || this.currentName !== current?.name;
    this.currentName = current?.name;
    for (const [name, { list }] of this.rooms) {
      if (joined.some((room) => room.name === name)) continue;
      list.remove();
      this.rooms.delete(name);
    }
    for (const room of joined) {
      const shown = this.shownOf(room);
      const grew = room.lines.length > shown.lines.length || room.lines.at(-1) !== shown.lines.at(-1);
      if (room.lines !== shown.lines) this.update(shown, room.lines);
      shown.list.hidden = room !== current;
      if (room !== current) continue;
      if (stays || room.lines.at(-1)?.kind === 'outgoing') this.scrollToEnd();
      else if (grew) this.toLatest.hidden = false;
    }
  }

  private shownOf({ name }: Room): Shown {
    const known = this.rooms.get(name);
    if (known) return known;
    const list = make('ol', 'messages');
    // Additions are read out; a list that comes into sight is not, because it was there before.
    list.setAttribute('role', 'log');
    list.setAttribute('aria-label', `Messages in ${name}`);
    this.scroller.append(list);
    const shown = { list, elements: new Map<Line, HTMLLIElement>(), lines: [] };
    this.rooms.set(name, shown);
    return shown;
  }

  private update(shown: Shown, lines: readonly Line[]): void {
    const { list, elements } = shown;
    const wanted = new Set(lines);
    for (const [line, element] of elements) {
      if (wanted.has(line)) continue;
      element.remove();
      elements.delete(line);
    }
    for (const [index, line] of lines.entries()) {
      let element = elements.get(line);
      if (!element) elements.set(line, (element = elementOf(line, lines[index - 1], this.me(), this.actions)));
      const inPlace = list.children[index];
      if (inPlace !== element) list.insertBefore(element, inPlace ?? null);
    }
    shown.lines = lines;
  }

  private isNearEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  private scrollToEnd(): void {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.isAtEnd = true;
    this.toLatest.hidden = true;
  }
}
