/** Targets of pushes as nodes tell them to each other. */
import type { Fact } from '../cluster/cluster-message.js';
import type { PushTarget } from './push-target.js';
import { assertNever } from './push-target.js';

export function targetFact(target: PushTarget): Fact {
  switch (target.kind) {
    case 'session':
      return [target.kind, target.sessionId];
    case 'user':
      return target.platform === undefined ? [target.kind, target.userId] : [target.kind, target.userId, target.platform];
    case 'topic':
      return [target.kind, target.topic];
    case 'signed-in':
    case 'all':
      return [target.kind];
    default:
      return assertNever(target);
  }
}

/** @returns undefined for what no node of this version says */
export function targetOf(fact: unknown): PushTarget | undefined {
  if (!Array.isArray(fact) || !fact.every((part) => typeof part === 'string')) return undefined;
  const [kind, name, platform] = fact as (string | undefined)[];
  if (kind === 'signed-in' || kind === 'all') return { kind };
  if (name === undefined) return undefined;
  if (kind === 'session') return { kind, sessionId: name };
  if (kind === 'topic') return { kind, topic: name };
  if (kind === 'user') return platform === undefined ? { kind, userId: name } : { kind, userId: name, platform };
  return undefined;
}
