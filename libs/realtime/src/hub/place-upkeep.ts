/** Sees that the directory has what this node thinks it has, after a broker that was away or has forgotten, and over time. */
import type { ClaimedPlace } from './user-place.js';

/** Places that are claimed again at one time. */
const AT_ONCE = 100;
/** A place is touched so often, in ms: well within the life of what the directory keeps. */
const TOUCH_MS = 5 * 60_000;
/** Within this many rounds all places are touched. */
const TOUCH_ROUNDS = 250;

export class PlaceUpkeep {
  /** To be claimed again: because the directory may not have them, or to touch them. */
  readonly unsettled = new Set<ClaimedPlace>();
  /** Could not be given back. */
  readonly owed = new Map<string, ClaimedPlace>();
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
      if (place.touchedAtMs > beforeMs || rest-- === 0) break;
      if (place.isSettled) this.unsettled.add(place);
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
    await Promise.all(owed.map((place) => this.giveBack(place)));
    while (this.unsettled.size > 0) {
      const some = [...this.unsettled].slice(0, AT_ONCE);
      const done = await Promise.all(some.map((place) => this.claimAgain(place)));
      // The next heartbeat tries again.
      if (!done.every(Boolean)) return;
    }
  }
}
