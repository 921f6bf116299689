/** Who a push is for. */
import type { Session } from '../session/session.js';

export type PushTarget =
  | { readonly kind: 'session'; readonly sessionId: string }
  /** All sessions of the user, or only those of one platform. */
  | { readonly kind: 'user'; readonly userId: string; readonly platform?: string }
  | { readonly kind: 'topic'; readonly topic: string }
  /** Every session that has signed in. */
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'all' };

/** A session or its id. */
export type SessionRef = Session | string;

export interface PushOptions {
  /** Sessions that are passed over, usually the one that caused the push. */
  readonly except?: SessionRef | readonly SessionRef[];
}

/** The ids to pass over; undefined if there are none, so that the usual push compares nothing. */
export function exceptedIds(options: PushOptions | undefined): ReadonlySet<string> | undefined {
  const except = options?.except;
  if (except === undefined) return undefined;
  const refs: readonly SessionRef[] = Array.isArray(except) ? (except as readonly SessionRef[]) : [except as SessionRef];
  return refs.length === 0 ? undefined : new Set(refs.map((ref) => (typeof ref === 'string' ? ref : ref.id)));
}

/** Whether a target still means a session that it meant when work over many began. Topics are left to the index. */
export function stillMeans(target: PushTarget, session: Session): boolean {
  switch (target.kind) {
    case 'session':
    case 'all':
      return true;
    case 'user':
      return (
        session.principal?.userId === target.userId && (target.platform === undefined || session.principal.platform === target.platform)
      );
    case 'topic':
      return session.topics.has(target.topic);
    case 'signed-in':
      return session.principal !== null;
    default:
      return assertNever(target);
  }
}

export function assertNever(value: never): never {
  throw new TypeError(`Unknown kind: ${JSON.stringify(value)}`);
}
