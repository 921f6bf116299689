/** Sees that the directory has what this node thinks it has, after a broker that was away or has forgotten, and over time. */
import type { ClaimedPlace } from './user-place.js';

/** Places that are claimed again at one time. */
const AT_ONCE = 100;
/** Places that could not be given back. */
const MAX_OWED = 10_000;
/** A place is touched so often, in ms: well within the life of what the directory keeps. */
const TOUCH_MS = 5 * 60_000;
/** Within this many rounds all places are touched. */
const TOUCH_ROUNDS = 250;

export class PlaceUpkeep {
  /** To be claimed again: because the directory may not have them, or to touch them. */
  readonly unsettled = new Set<ClaimedPlace>();
  /** Could not be given back. */
  private readonly owed = new Map<string, ClaimedPlace>();
  private settling: Promise<void> | undefined;

  constructor(
    /** By token, those that were touched longest ago first. */
    private readonly places: ReadonlyMap<string, ClaimedPlace>,
    /** @returns false if the directory cannot be asked; never rejects */
    private readonly claimAgain: (place: ClaimedPlace) => Promise<boolean>,
    /** Never rejects. */
    private readonly giveBack: (place: ClaimedPlace) => Promise<void>,
    private readonly now: () => number,
  ) {}

  /** False while the directory may not know of all sessions. */
  get isWhole(): boolean {
    for (const place of this.unsettled) if (!place.isSettled) return false;
    return true;
  }

  /** Gives it back later. After a long time without the broker that is not needed: the lease is over, and what the node had is void. */
  owe(place: ClaimedPlace): void {
    const [eldest] = this.owed.keys();
    if (eldest !== undefined && this.owed.size >= MAX_OWED) this.owed.delete(eldest);
    this.owed.set(place.token, place);
  }

  /** The node has another generation: for the others it has no places any more. */
  renewed(): void {
    this.owed.clear();
    for (const place of this.places.values()) {
      place.isSettled = false;
      this.unsettled.add(place);
    }
    void this.settle();
  }

  /** With each heartbeat: does what could not be done before, and touches what was not touched for long. */
  tick(): void {
    const beforeMs = this.now() - TOUCH_MS;
    let rest = Math.max(AT_ONCE, Math.ceil(this.places.size / TOUCH_ROUNDS));
    for (const place of this.places.values()) {
      if (place.touchedAtMs > beforeMs || rest === 0) break;
      if (!place.isSettled) continue;
      this.unsettled.add(place);
      rest--;
    }
    if (this.unsettled.size > 0 || this.owed.size > 0) void this.settle();
  }

  /** Resolves when everything that can be settled now is. Never rejects. */
  settle(): Promise<void> {
    return (this.settling ??= this.settleAll().finally(() => (this.settling = undefined)));
  }

  private async settleAll(): Promise<void> {
    const owed = [...this.owed.values()];
    this.owed.clear();
    for (let at = 0; at < owed.length; at += AT_ONCE) await Promise.all(owed.slice(at, at + AT_ONCE).map((place) => this.giveBack(place)));
    while (this.unsettled.size > 0) {
      const some = [...this.unsettled].slice(0, AT_ONCE);
      const done = await Promise.all(some.map((place) => this.claimAgain(place)));
      // The next heartbeat tries again.
      if (!done.every(Boolean)) return;
    }
  }
}
