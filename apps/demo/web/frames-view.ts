/** The panel that shows the JSON-RPC frames as they pass. */
import type { Frame } from 'nestjs-realtime-client';
import { byId, make } from './element.js';
import type { FrameFilter, LoggedFrame } from './frame-log.js';
import { FrameLog, MAX_FRAMES, matches } from './frame-log.js';
import { showJson } from './json-view.js';
import { countOf, fullTime, timestamp } from './wording.js';

const KIND_WORDS: Readonly<Record<LoggedFrame['kind'], string>> = {
  request: '',
  notification: '',
  result: 'result of ',
  error: 'error of ',
  batch: 'batch of ',
  other: '',
};

const NEAR_END_PX = 40;

export class FramesView {
  private readonly panel = byId('frames', HTMLElement);
  private readonly list = byId('frame-list', HTMLOListElement);
  private readonly count = byId('frames-count', HTMLSpanElement);
  private readonly empty = byId('frames-empty', HTMLParagraphElement);
  private readonly search = byId('frames-search', HTMLInputElement);
  private readonly direction = byId('frames-direction', HTMLSelectElement);
  private readonly toggle = byId('frames-toggle', HTMLButtonElement);
  private readonly log = new FrameLog();

  constructor(isOpen: boolean) {
    this.search.addEventListener('input', () => this.showAll());
    this.direction.addEventListener('change', () => this.showAll());
    this.toggle.addEventListener('click', () => this.setOpen(Boolean(this.panel.hidden)));
    byId('frames-close', HTMLButtonElement).addEventListener('click', () => this.close());
    byId('frames-clear', HTMLButtonElement).addEventListener('click', () => {
      this.log.clear();
      this.showAll();
    });
    this.panel.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.close();
    });
    this.setOpen(isOpen);
    this.showAll();
  }

  add(frame: Frame): void {
    const stays = this.isNearEnd();
    const logged = this.log.add(frame);
    const oldest = this.log.all[0]?.number ?? 0;
    for (const item of [...this.list.children]) {
      if (item instanceof HTMLLIElement && Number(item.dataset['number']) < oldest) item.remove();
      else break;
    }
    if (matches(logged, this.filter)) this.list.append(itemOf(logged));
    if (stays) this.list.scrollTop = this.list.scrollHeight;
    this.showCount();
  }

  private get filter(): FrameFilter {
    return { text: this.search.value, direction: this.direction.value as FrameFilter['direction'] };
  }

  private showAll(): void {
    const { filter } = this;
    this.list.replaceChildren(...this.log.all.filter((frame) => matches(frame, filter)).map(itemOf));
    this.list.scrollTop = this.list.scrollHeight;
    this.showCount();
  }

  private showCount(): void {
    const { total, all } = this.log;
    const shown = this.list.childElementCount;
    const kept = total > MAX_FRAMES ? `the last ${MAX_FRAMES} of ${total}` : countOf(total, 'frame', 'frames');
    this.count.textContent = shown === all.length ? kept : `${shown} of ${all.length} match`;
    this.empty.hidden = shown > 0;
    this.list.hidden = shown === 0;
    this.empty.textContent = total === 0 ? 'Nothing has passed yet.' : 'No frame matches the filter.';
  }

  private setOpen(isOpen: boolean): void {
    this.panel.hidden = !isOpen;
    this.toggle.setAttribute('aria-expanded', String(isOpen));
    document.body.dataset['frames'] = isOpen ? 'open' : 'closed';
    if (isOpen) this.list.scrollTop = this.list.scrollHeight;
  }

  private close(): void {
    this.setOpen(false);
    this.toggle.focus();
  }

  private isNearEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.list;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }
}

function itemOf(frame: LoggedFrame): HTMLLIElement {
  const item = make('li', 'frame');
  item.dataset['number'] = String(frame.number);
  item.dataset['direction'] = frame.direction;
  item.dataset['kind'] = frame.kind;
  const details = make('details');
  details.append(summaryOf(frame));
  // Most frames are never opened.
  details.addEventListener(
    'toggle',
    () => {
      const pre = make('pre');
      showJson(pre, frame.value);
      details.append(pre);
    },
    { once: true },
  );
  item.append(details);
  return item;
}

function summaryOf({ direction, kind, label, atMs, bytes }: LoggedFrame): HTMLElement {
  const summary = make('summary');
  const arrow = make('span', 'frame-arrow', direction === 'out' ? '↑' : '↓');
  arrow.setAttribute('role', 'img');
  arrow.setAttribute('aria-label', direction === 'out' ? 'sent' : 'received');
  const name = make('span', 'frame-label');
  name.append(make('span', 'frame-kind', KIND_WORDS[kind]), label);
  const time = make('time', 'frame-time', timestamp(atMs));
  time.dateTime = new Date(atMs).toISOString();
  time.title = fullTime(atMs);
  summary.append(arrow, name, time, make('span', 'frame-size', `${bytes} B`));
  return summary;
}
