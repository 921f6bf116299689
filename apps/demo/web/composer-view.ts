/** Where people write: Enter sends, Shift+Enter starts a new line. */
import { byId } from './element.js';

export class ComposerView {
  private readonly form = byId('composer', HTMLFormElement);
  private readonly text = byId('message-text', HTMLTextAreaElement);
  private readonly send = byId('send', HTMLButtonElement);
  private wantsFocus = false;

  /** @param onLine told what was written; answers whether it was taken */
  constructor(private readonly onLine: (text: string) => boolean) {
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
    this.text.addEventListener('keydown', (event) => {
      // Not while an input method is putting a character together.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
  }

  /** @param isOpen whether there is a room to write in */
  setOpen(isOpen: boolean): void {
    this.text.disabled = !isOpen;
    this.send.disabled = !isOpen;
    if (isOpen && this.wantsFocus) this.focus();
  }

  /** Now, or as soon as there is a room. */
  focus(): void {
    this.wantsFocus = this.text.disabled;
    this.text.focus();
  }

  private submit(): void {
    if (this.onLine(this.text.value)) this.text.value = '';
  }
}
