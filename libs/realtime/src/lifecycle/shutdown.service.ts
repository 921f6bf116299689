/** Says goodbye to every session before the process ends, so that no client sees an abnormal end. */
import { BUILTIN_PUSHES, Disconnect, encodeNotification } from 'nestjs-realtime-protocol';
import type { SessionRegistry } from '../hub/session-registry.js';
import type { Session } from '../session/session.js';
import type { NodeState } from './node-state.js';

export interface DrainOptions {
  /** Clients are told to come back spread evenly over this long, in ms, so that they do not all come at once. @default 10_000 */
  readonly windowMs?: number;
  /** How long peers may take to answer the close frame, in ms; what is left then is cut. @default 30_000 */
  readonly timeoutMs?: number;
}

export const DRAIN_DEFAULTS = Object.freeze({ windowMs: 10_000, timeoutMs: 30_000 }) satisfies Required<DrainOptions>;

export class ShutdownService {
  constructor(
    private readonly state: NodeState,
    private readonly sessions: SessionRegistry,
    private readonly options: Required<DrainOptions>,
  ) {}

  /** Sends `session.shutdown` and close code 1001 to every session, and waits until all are gone. @returns how many had to be cut */
  async run(): Promise<number> {
    this.state.advance('draining');
    const sessions = [...this.sessions.all()];
    const gone = [...sessions, ...this.sessions.closingOnes()].map(untilClosed);
    sessions.forEach((session, index) => {
      const reconnectAfterMs = Math.round((this.options.windowMs * (index + 1)) / sessions.length);
      const notice = encodeNotification(BUILTIN_PUSHES.shutdown, { reason: 'shutdown', reconnectAfterMs });
      session.farewell(notice, Disconnect.GoingAway, 'draining');
    });
    const cut = await this.cutAfterTimeout(Promise.all(gone));
    this.state.advance('stopped');
    return cut;
  }

  private async cutAfterTimeout(gone: Promise<unknown>): Promise<number> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), this.options.timeoutMs);
    });
    const outcome = await Promise.race([gone, late]);
    clearTimeout(timer);
    if (outcome !== 'late') return 0;
    const left = [...this.sessions.closingOnes()];
    for (const session of left) session.terminate();
    await gone;
    return left.length;
  }
}

function untilClosed(session: Session): Promise<void> {
  return new Promise((resolve) => void session.onClose(() => resolve()));
}
