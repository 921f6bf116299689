/** Hands a frame to the sessions of this node. Synchronous: nothing waits between the decision and the queues. */
import { NodeCounters } from '../observe/node-counters.js';
import type { Observers } from '../observe/observers.js';
import { NO_OBSERVERS } from '../observe/observers.js';
import { SharedFrame } from '../outbound/shared-frame.js';
import type { SlowRule } from '../outbound/slow-rule.js';
import type { Session } from '../session/session.js';
import type { PushTarget } from './push-target.js';
import { assertNever } from './push-target.js';
import type { SessionRegistry } from './session-registry.js';
import type { TopicIndex } from './topic-index.js';

export class LocalDelivery {
  constructor(
    readonly sessions: SessionRegistry,
    readonly topics: TopicIndex,
    private readonly observers: Observers = NO_OBSERVERS,
    private readonly counters: NodeCounters = new NodeCounters(),
  ) {}

  /** The sessions that a target means; a live view for topics and for everybody. */
  find(target: PushTarget): Iterable<Session> {
    switch (target.kind) {
      case 'session': {
        const session = this.sessions.get(target.sessionId);
        return session ? [session] : [];
      }
      case 'user':
        return this.sessions.ofUser(target.userId, target.platform);
      case 'topic':
        return this.topics.sessionsOf(target.topic);
      case 'signed-in':
        return this.sessions.allSignedIn();
      case 'all':
        return this.sessions.all();
      default:
        return assertNever(target);
    }
  }

  /**
   * @param method for observers
   * @param rule what may happen to the push at slow readers; without one, and for the library's own pushes, it is never dropped
   * @returns how many sessions took the frame
   */
  deliver(target: PushTarget, method: string, text: string, except: ReadonlySet<string> | undefined, rule?: SlowRule): number {
    this.counters.pushes++;
    const startedAtMs = this.observers.hears('pushed') ? performance.now() : 0;
    // Encoded once: a push to 10k sessions must not stringify or frame 10k times.
    const frame = new SharedFrame(text, rule, target.kind === 'session');
    let reached = 0;
    // A session that overflows leaves the sets we walk; Set iteration allows that.
    for (const session of this.find(target)) {
      if (except?.has(session.id)) continue;
      if (session.send(frame)) reached++;
    }
    if (startedAtMs > 0) {
      const durationMs = performance.now() - startedAtMs;
      this.observers.tell('pushed', { target: target.kind, method, sessions: reached, bytes: frame.bytes, durationMs });
    }
    return reached;
  }
}
