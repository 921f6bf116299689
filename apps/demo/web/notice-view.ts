/** A line above the conversation for what somebody should know: what went wrong, in plain words. */
import { byId } from './element.js';

export type Tone = 'bad' | 'plain';

export class NoticeView {
  private readonly box = byId('notice', HTMLDivElement);
  private readonly text = byId('notice-text', HTMLParagraphElement);

  constructor() {
    byId('notice-close', HTMLButtonElement).addEventListener('click', () => this.clear());
  }

  show(sentence: string, tone: Tone = 'bad'): void {
    this.text.textContent = sentence;
    this.box.dataset['tone'] = tone;
    this.box.hidden = false;
  }

  clear(): void {
    this.box.hidden = true;
    this.text.textContent = '';
  }
}
