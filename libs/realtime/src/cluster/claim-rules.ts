/** How a claim is decided, for engines that do it in this process. The script of Redis says the same. */
import type { ClaimVerdict, SessionClaim } from './session-directory.js';
import { nodeOf } from './session-directory.js';

export interface Place {
  readonly token: string;
  readonly sender: string;
  readonly platform: string;
  readonly order: number;
}

export interface Decision {
  readonly verdict: ClaimVerdict;
  /** What the user has from now on. */
  readonly places: readonly Place[];
}

/**
 * @param places of nodes that are alive
 * @param nowOrder no smaller than that of any claim which was forgotten, such as the time in µs
 */
export function decide(claim: SessionClaim, places: readonly Place[], nowOrder: number): Decision {
  const { token, sender, platform, perUser, replaces } = claim;
  const others = places.filter((place) => place.token !== token);
  const makesRoom = (place: Place): boolean => replaces === 'user' || (replaces === 'platform' && place.platform === platform);
  const known = places.find((place) => place.token === token);
  const claimed = known?.order ?? claim.order;
  const order = claimed > 0 ? claimed : Math.max(nowOrder, 1 + Math.max(0, ...places.map((place) => place.order)));
  const rivals = others.filter(makesRoom);
  if (rivals.some((rival) => rival.order > order)) return { verdict: { verdict: 'replaced' }, places };
  const staying = others.filter((place) => !makesRoom(place));
  if (!known && perUser > 0 && staying.length >= perUser) return { verdict: { verdict: 'full' }, places };
  const after = [...staying, { token, sender, platform, order }];
  return { verdict: { verdict: 'granted', order, replaced: rivals.map(entryOf), nodes: nodesOf(after) }, places: after };
}

export function nodesOf(places: readonly Place[]): string[] {
  return [...new Set(places.map((place) => nodeOf(place.sender)))];
}

function entryOf({ token, sender }: Place) {
  return { token, sender };
}
