/** One try to make a session somebody's. It may have to ask other nodes, and can be taken back. */
import { RpcError } from 'nestjs-realtime-protocol';
import type { Principal } from './principal.js';

/** What somebody gives back who does not need it. */
interface Place {
  release(): void;
}

/** Where the session keeps who it is, and what is asked before that changes. */
export interface Seat<P extends Place> {
  isOpen(): boolean;
  principal(): Principal | null;
  /** @throws {RpcError} if the principal is refused */
  admit(principal: Principal): void;
  /** @returns undefined if nobody has to be asked for a place; resolves to it if the session has one already */
  claim(principal: Principal): Promise<P | undefined> | undefined;
  /** How often the session has signed out. */
  signOuts(): number;
  /** @returns the place that the session had */
  take(place: P): P | undefined;
  /** @returns the topics that the session has left, if somebody has to be asked */
  change(principal: Principal | null): Promise<readonly string[]> | undefined;
}

const NONE_LEFT: readonly string[] = Object.freeze([]);

export class SignIn<P extends Place> {
  /** Resolves to the topics of the same user that the session has left. @throws {RpcError} if the session is not signed in */
  readonly left: Promise<readonly string[]>;
  private own: Principal | undefined;
  private before: Principal | null = null;
  /** Kept until it is certain that the session is not who it was any more. */
  private former: P | undefined;
  private isOver = false;
  private isTakenBack = false;

  /** @param reserved a place that the user has already */
  constructor(
    private readonly seat: Seat<P>,
    principal: Principal,
    reserved?: P,
  ) {
    this.left = this.run(principal, reserved);
  }

  /** It is certain now. */
  confirm(): void {
    this.isOver = true;
    this.former?.release();
  }

  /** It has failed after all: the session is whoever it was before. Topics that were left stay left. */
  takeBack(): void {
    const { seat, former } = this;
    this.isOver = true;
    this.isTakenBack = true;
    if (!this.own || seat.principal() !== this.own || !seat.isOpen()) {
      former?.release();
      return;
    }
    if (former) seat.take(former)?.release();
    if (seat.isOpen()) void seat.change(this.before);
  }

  /** Where nobody has to be asked the session is signed in when this returns. */
  private async run(principal: Principal, reserved: P | undefined): Promise<readonly string[]> {
    const { seat } = this;
    let place = reserved;
    const signOuts = seat.signOuts();
    try {
      this.checkOpen();
      seat.admit(principal);
      const claimed = place ? undefined : seat.claim(principal);
      if (claimed) {
        place = await claimed;
        this.checkOpen();
        if (this.isTakenBack) throw RpcError.of('Conflict', 'The sign-in was given up');
        if (seat.signOuts() !== signOuts) throw RpcError.of('Conflict', 'The session signed out while its sign-in was on its way');
        // Others may have signed in meanwhile that the directory does not know of.
        seat.admit(principal);
      }
      this.former = place && seat.take(place);
      if (this.isOver) this.former?.release();
      // It may have lost its place while it was on its way.
      this.checkOpen();
    } catch (fault) {
      place?.release();
      this.former?.release();
      throw fault;
    }
    this.before = seat.principal();
    this.own = Object.freeze({ ...principal });
    return (await seat.change(this.own)) ?? NONE_LEFT;
  }

  private checkOpen(): void {
    if (!this.seat.isOpen()) throw RpcError.of('Conflict', 'The session is no longer open');
  }
}
