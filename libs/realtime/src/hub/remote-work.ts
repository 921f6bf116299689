/** What other nodes are asked to do with their sessions, and what this one does when it is asked. */
import type { AskResult, NodeAsks } from '../cluster/node-asks.js';
import type { CallPart, ClusterCallOptions, ClusterSession, NodeCounts } from './hub-results.js';
import type { LocalWork } from './local-work.js';
import type { PushTarget } from './push-target.js';

/** Added to the time that peers have, in ms: for the way to their node and back. */
const WAY_MS = 1_000;

interface Answers<T> {
  readonly answers: readonly T[];
  readonly missingNodes: readonly string[];
}

interface Found {
  readonly sessions: readonly ClusterSession[];
  readonly count: number;
}

interface CallOrder {
  readonly target: PushTarget;
  readonly method: string;
  readonly params: unknown;
  readonly options: ClusterCallOptions;
}

export class RemoteWork {
  constructor(
    private readonly asks: NodeAsks,
    work: LocalWork,
  ) {
    const on = <T>(kind: string, answer: (params: T, signal: AbortSignal) => unknown): void =>
      asks.on(kind, (params, signal) => answer(params as T, signal));
    on('subscribe', ({ target, topic }: { target: PushTarget; topic: string }) => work.subscribe(target, topic));
    on('unsubscribe', ({ target, topic }: { target: PushTarget; topic: string }) => work.unsubscribe(target, topic));
    on('kick', ({ target, reason }: { target: PushTarget; reason: string }) => work.kick(target, reason));
    on('reauthorize', ({ userId }: { userId: string }) => work.reauthorize(userId));
    on('sessions', ({ target, limit }: { target: PushTarget; limit: number }) => work.sessions(target, limit));
    on('stats', (): NodeCounts => ({ nodeId: work.nodeId, ...work.delivery.sessions.stats() }));
    on('call', ({ target, method, params, options }: CallOrder, signal) => work.call(target, method, params, options, signal));
  }

  subscribe(target: PushTarget, topic: string): Promise<Answers<number>> {
    return this.ask('subscribe', { target, topic });
  }

  unsubscribe(target: PushTarget, topic: string): Promise<Answers<number>> {
    return this.ask('unsubscribe', { target, topic });
  }

  kick(target: PushTarget, reason: string): Promise<Answers<number>> {
    return this.ask('kick', { target, reason });
  }

  reauthorize(userId: string): Promise<Answers<number>> {
    return this.ask('reauthorize', { userId });
  }

  sessions(target: PushTarget, limit: number): Promise<Answers<Found>> {
    return this.ask('sessions', { target, limit });
  }

  /** Ends with the first node that has one. */
  online(userId: string): Promise<Answers<Found>> {
    const params = { target: { kind: 'user', userId }, limit: 0 };
    return this.ask('sessions', params, { isEnough: (answer) => (answer as Found).count > 0 });
  }

  stats(): Promise<Answers<NodeCounts>> {
    return this.ask('stats', {});
  }

  /** @param signal takes the calls back */
  call(
    target: PushTarget,
    method: string,
    params: unknown,
    options: ClusterCallOptions & { readonly timeoutMs: number },
    signal: AbortSignal,
  ): Promise<Answers<CallPart>> {
    const order: CallOrder = { target, method, params, options };
    const isEnough = options.need === 'first' ? (answer: unknown) => (answer as CallPart).results.length > 0 : undefined;
    return this.ask('call', order, { timeoutMs: options.timeoutMs + WAY_MS, signal, ...(isEnough ? { isEnough } : {}) });
  }

  private async ask<T>(kind: string, params: unknown, options?: Parameters<NodeAsks['ask']>[2]): Promise<Answers<T>> {
    const { answers, missingNodes }: AskResult = await this.asks.ask(kind, params, options);
    return { answers: answers.map(({ answer }) => answer as T), missingNodes };
  }
}
