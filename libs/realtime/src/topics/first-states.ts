/** The states with which the subscriptions of one call begin, as far as they go into its answer. */
import { RpcError } from 'nestjs-realtime-protocol';
import type { Session } from '../session/session.js';
import type { TakenState } from './topic-snapshots.js';
import { TopicSnapshots } from './topic-snapshots.js';

/** Of an answer, what one state may take alone: the rest is for names, refusals and the id. */
const ALONE = 0.75;
/** What several may take together: a peer that reads slowly must have room beside what waits for it already. */
const TOGETHER = 0.5;

export class FirstStates {
  private readonly alone: number;
  private readonly together: number;

  /** @param maxBytes of an answer */
  constructor(
    private readonly snapshots: TopicSnapshots = new TopicSnapshots(),
    maxBytes: number = Infinity,
  ) {
    this.alone = Math.floor(maxBytes * ALONE);
    this.together = Math.floor(maxBytes * TOGETHER);
  }

  /**
   * The state of each topic now; those whose state cannot be had are refused and left out. So are those whose state does not go into the answer any more: no
   * more states are taken then, and the peer asks for these in a call of their own.
   */
  of(session: Session, topics: readonly string[], refuse: (topic: string, thrown: unknown) => void): Map<string, TakenState | undefined> {
    const states = new Map<string, TakenState | undefined>();
    let bytes = 0;
    let isFull = false;
    for (const topic of topics) {
      try {
        if (isFull) throw this.tooMuch();
        const state = this.snapshots.take(session, topic);
        const own = state?.bytes ?? 0;
        if (own > this.alone) throw this.tooMuch();
        isFull = bytes > 0 && bytes + own > this.together;
        if (isFull) throw this.tooMuch();
        bytes += own;
        states.set(topic, state);
      } catch (thrown) {
        // Translated: a subscription whose state cannot be had must not cost the others.
        refuse(topic, thrown);
      }
    }
    return states;
  }

  private tooMuch(): RpcError {
    const sentence = `The states of the topics of one call may have ${this.together} bytes together, and one alone ${this.alone}`;
    return RpcError.of('PayloadTooLarge', sentence);
  }
}
