/** What a user has for one session in the directory. */
import type { Session, UserPlace } from '../session/session.js';

/** Who keeps places. */
interface Keeper {
  adopt(session: Session, place: ClaimedPlace): ClaimedPlace | undefined;
  release(place: ClaimedPlace): void;
}

export class ClaimedPlace implements UserPlace {
  /** None while it is only claimed or reserved. */
  session: Session | undefined;
  /** As the directory granted it; 0 until it has. */
  order = 0;
  /** Whether the directory has it, for all that this node knows. */
  isSettled = false;
  /** Another session has its place, or the user had too many. */
  lost: 'replaced' | 'full' | undefined;
  /** When the directory had it last, on the clock of the process. */
  touchedAtMs = 0;

  constructor(
    private readonly keeper: Keeper,
    readonly token: string,
    readonly userId: string,
    readonly platform: string,
  ) {}

  take(session: Session): UserPlace | undefined {
    return this.keeper.adopt(session, this);
  }

  release(): void {
    this.keeper.release(this);
  }
}
