/** Shows where the connection stands, counts down to the next attempt, and lets people hurry it up. */
import type { ConnectionState, RealtimeClient } from 'nestjs-realtime-client';
import type { DemoApi } from '../src/demo-api.js';
import { byId } from './element.js';
import { endInWords, stateInWords } from './wording.js';

const TICK_MS = 250;

export class ConnectionView {
  private readonly pill = byId('connection', HTMLDivElement);
  private readonly text = byId('connection-text', HTMLSpanElement);
  private readonly live = byId('connection-live', HTMLParagraphElement);
  private readonly action = byId('connection-action', HTMLButtonElement);
  private ticking: number | undefined;

  constructor(
    private readonly client: RealtimeClient<DemoApi>,
    /** Whether there is anybody to connect again. */
    private readonly isSignedIn: () => boolean,
  ) {
    this.action.addEventListener('click', () => this.client.connect());
    // The network is back: no need to wait any longer.
    window.addEventListener('online', () => {
      if (this.client.state.name === 'waiting') this.client.connect();
    });
  }

  show(state: ConnectionState): void {
    this.pill.dataset['state'] = state.name;
    this.pill.title = 'reason' in state ? state.reason.message : '';
    this.action.hidden = !(state.name === 'waiting' || (state.name === 'closed' && this.isSignedIn()));
    this.action.textContent = state.name === 'waiting' ? 'Try now' : 'Connect again';
    this.write(state);
    // Spoken once, without the countdown.
    this.live.textContent = state.name === 'waiting' ? `${endInWords(state.reason)}. Reconnecting.` : this.text.textContent;
    window.clearInterval(this.ticking);
    this.ticking = state.name === 'waiting' ? window.setInterval(() => this.write(state), TICK_MS) : undefined;
  }

  private write(state: ConnectionState): void {
    const words = stateInWords(state, Date.now());
    if (this.text.textContent !== words) this.text.textContent = words;
  }
}
