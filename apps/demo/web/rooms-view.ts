/** The list of rooms: those that one is in, with what is unread, and the others. */
import { byId, make } from './element.js';
import type { Room, RoomBook } from './room-book.js';
import { countOf } from './wording.js';

export class RoomsView {
  private readonly list = byId('room-list', HTMLUListElement);
  private readonly title = byId('room-title', HTMLHeadingElement);
  private readonly facts = byId('room-facts', HTMLParagraphElement);
  private readonly leave = byId('leave-room', HTMLButtonElement);
  private readonly messageLabel = byId('message-label', HTMLLabelElement);

  private seen: string | undefined;

  /** @param onPick told which room was clicked, joined or not */
  constructor(private readonly onPick: (room: string) => void) {}

  show(book: RoomBook): void {
    // Kept over the rebuild: whoever walks the list by keyboard stays where they are.
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset['room'] : undefined;
    const { all, current } = book;
    const joined = all.filter((room) => room.joined);
    const others = all.filter((room) => !room.joined);
    this.list.replaceChildren(
      ...(joined.length > 0 ? [make('li', 'room-list-title', 'Your rooms')] : []),
      ...joined.map((room) => this.item(room, room.name === current?.name)),
      ...(others.length > 0 ? [make('li', 'room-list-title', 'Other rooms')] : []),
      ...others.map((room) => this.item(room, false)),
    );
    if (focused !== undefined) this.button(focused)?.focus();
    if (current && current.name !== this.seen) this.button(current.name)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    this.seen = current?.name;
    this.title.textContent = current?.name ?? 'No room';
    this.facts.textContent = factsOf(current);
    this.leave.disabled = current === undefined;
    this.messageLabel.textContent = current ? `Message to the room ${current.name}` : 'Message';
    document.title = titleOf(book);
  }

  private button(room: string): HTMLButtonElement | undefined {
    return [...this.list.querySelectorAll('button')].find(({ dataset }) => dataset['room'] === room);
  }

  private item(room: Room, isCurrent: boolean): HTMLLIElement {
    const button = make('button', 'room');
    button.type = 'button';
    button.dataset['room'] = room.name;
    button.dataset['joined'] = String(room.joined);
    button.dataset['unread'] = String(room.unread > 0);
    if (isCurrent) button.setAttribute('aria-current', 'true');
    button.append(make('span', 'room-name', room.name));
    if (room.unread > 0) button.append(this.count('room-unread', room.unread, `${room.unread} unread`));
    else if (room.members) button.append(this.count('room-members', room.members, countOf(room.members, 'person', 'people')));
    button.addEventListener('click', () => this.onPick(room.name));
    const item = make('li');
    item.append(button);
    return item;
  }

  /** A number for the eye, and what it counts for the ear. */
  private count(className: string, count: number, spoken: string): HTMLSpanElement {
    const element = make('span', className);
    const number = make('span', '', count > 99 ? '99+' : String(count));
    number.setAttribute('aria-hidden', 'true');
    element.append(number, make('span', 'visually-hidden', `, ${spoken}`));
    element.title = spoken;
    return element;
  }
}

function factsOf(room: Room | undefined): string {
  if (!room) return 'Join a room to talk to somebody';
  return room.members === undefined ? '' : `${countOf(room.members, 'person', 'people')} here`;
}

function titleOf({ unread, current }: RoomBook): string {
  const count = unread > 0 ? `(${unread}) ` : '';
  return `${count}${current ? `#${current.name} · ` : ''}Realtime chat`;
}
