/** The door: asks for a name and a password, and says kindly when they are not right. */
import type { PageSettings, WhoAmI } from '../src/demo-api.js';
import { byId, make, paintAvatar } from './element.js';
import { errorInWords } from './wording.js';

export class SignInView {
  private readonly form = byId('sign-in-form', HTMLFormElement);
  private readonly username = byId('username', HTMLInputElement);
  private readonly password = byId('password', HTMLInputElement);
  private readonly problem = byId('sign-in-problem', HTMLParagraphElement);
  private readonly submit = byId('sign-in-submit', HTMLButtonElement);
  private readonly me = byId('me', HTMLDivElement);

  /** @param wellKnown who is offered, and filled in */
  constructor(
    private readonly wellKnown: PageSettings['wellKnown'],
    private readonly signIn: (username: string, password: string) => Promise<void>,
    signOut: () => void,
  ) {
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.try();
    });
    byId('sign-out', HTMLButtonElement).addEventListener('click', signOut);
    this.offer();
  }

  /** Shows the chat to somebody who is signed in, the door to everybody else. */
  show(me: WhoAmI | undefined, problem = ''): void {
    document.body.dataset['view'] = me ? 'chat' : 'sign-in';
    this.me.hidden = me === undefined;
    byId('skip-link', HTMLAnchorElement).hidden = me === undefined;
    this.complain(problem);
    if (me) {
      byId('me-name', HTMLSpanElement).textContent = me.roles.includes('admin') ? `${me.userId} (admin)` : me.userId;
      paintAvatar(byId('me-avatar', HTMLSpanElement), me.userId);
    } else {
      this.username.focus();
    }
  }

  /** While a sign-in is under way nobody can begin another one. */
  setBusy(isBusy: boolean): void {
    this.submit.disabled = isBusy;
    this.submit.textContent = isBusy ? 'Signing in…' : 'Sign in';
  }

  private offer(): void {
    const { users, password } = this.wellKnown;
    const [first] = users;
    if (first === undefined) return;
    this.fill(first);
    byId('well-known-password', HTMLElement).textContent = password;
    byId('well-known-users', HTMLSpanElement).replaceChildren(...users.map((user) => this.chip(user)));
    byId('well-known', HTMLParagraphElement).hidden = false;
  }

  private chip(user: string): HTMLButtonElement {
    const chip = make('button', 'chip', user);
    chip.type = 'button';
    chip.addEventListener('click', () => {
      this.fill(user);
      this.submit.focus();
    });
    return chip;
  }

  private fill(user: string): void {
    this.username.value = user;
    this.password.value = this.wellKnown.password;
  }

  private async try(): Promise<void> {
    const [username, password] = [this.username.value.trim(), this.password.value];
    if (username === '' || password === '') {
      this.complain('Please enter a user name and a password.');
      (username === '' ? this.username : this.password).focus();
      return;
    }
    this.complain('');
    this.setBusy(true);
    try {
      await this.signIn(username, password);
    } catch (error) {
      // Translated for people; they can try again.
      this.complain(errorInWords(error));
      this.password.select();
    } finally {
      this.setBusy(false);
    }
  }

  private complain(sentence: string): void {
    this.problem.textContent = sentence;
    this.problem.hidden = sentence === '';
  }
}
