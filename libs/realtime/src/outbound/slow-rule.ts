/** What may happen to a push that a slow reader has no room for. */

/** What may be chosen for all pushes of a session. */
export const OUTBOUND_POLICIES = Object.freeze(['disconnect', 'drop-newest', 'drop-oldest'] as const);
export type OutboundPolicy = (typeof OUTBOUND_POLICIES)[number];

/** What may be chosen for the pushes of a topic. `conflate`: of the pushes with one key only the last is kept. */
export const SLOW_POLICIES = Object.freeze([...OUTBOUND_POLICIES, 'conflate'] as const);
export type SlowPolicy = (typeof SLOW_POLICIES)[number];

/** Travels with a push that may be dropped. What has no rule is never dropped: its reader is disconnected instead. */
export interface SlowRule {
  readonly policy: Exclude<SlowPolicy, 'disconnect'>;
  /** With `conflate`: pushes with the same key replace each other. */
  readonly key?: string;
}

const DROP_NEWEST: SlowRule = Object.freeze({ policy: 'drop-newest' });
const DROP_OLDEST: SlowRule = Object.freeze({ policy: 'drop-oldest' });

/** The rule of a policy that needs no key; undefined for `disconnect`. One object for all pushes. */
export function ruleOf(policy: OutboundPolicy): SlowRule | undefined {
  if (policy === 'disconnect') return undefined;
  return policy === 'drop-newest' ? DROP_NEWEST : DROP_OLDEST;
}
