/** Everybody who listens to what a client is told, and which push is for whom. */
import { BUILTIN_PUSHES } from 'nestjs-realtime-protocol';
import type { ConnectionState } from '../connection/connection-state.js';
import type { UntypedContract } from '../calls/contract.js';
import { Listeners, NamedListeners } from '../base/listeners.js';
import type { HoldListener } from '../topics/hold.js';
import type { IncomingPush, TopicEvent } from '../calls/push.js';

export type AnyTopicEvent = TopicEvent<UntypedContract['pushes']>;

/** The server's own announcement that pushes of a topic are missing. */
const TOPIC_GAP = 'topic.gap';

/** A server may ask its clients to stay away for this long, and not longer, in ms. */
const MAX_ADVISED_DELAY_MS = 600_000;

export class ClientListeners {
  readonly state: Listeners<[state: ConnectionState]>;
  readonly pushes: NamedListeners<[params: unknown, push: IncomingPush]>;
  readonly topics: NamedListeners<[event: AnyTopicEvent]>;

  /** @param onAdvice told for how long the server asks us to stay away, in ms */
  constructor(
    private readonly onFault: (fault: unknown) => void,
    private readonly onAdvice: (delayMs: number) => void,
  ) {
    this.state = new Listeners(onFault);
    this.pushes = new NamedListeners(onFault);
    this.topics = new NamedListeners(onFault);
  }

  /** A listener that comes with one holder of a topic: it hears that the topic has ended for its holder, and not for others. */
  held(topic: string, listener: (event: AnyTopicEvent) => void): HoldListener {
    const alone = new Listeners<[event: AnyTopicEvent]>(this.onFault);
    alone.add(listener);
    const stop = this.topics.add(topic, (event) => {
      if (event.kind !== 'ended') alone.tell(event);
    });
    return {
      stop,
      ended: (error) => {
        stop();
        alone.tell({ kind: 'ended', topic, error });
      },
    };
  }

  pushed(push: IncomingPush): void {
    const { method, params, topic } = push;
    if (method === BUILTIN_PUSHES.shutdown) this.advised(params);
    if (method === TOPIC_GAP) this.missed(params);
    this.pushes.tell(method, params, push);
    if (topic !== undefined) this.topics.tell(topic, { kind: 'push', ...push, topic });
  }

  private advised(params: unknown): void {
    const { reconnectAfterMs } = (params ?? {}) as { reconnectAfterMs?: unknown };
    if (typeof reconnectAfterMs !== 'number' || !(reconnectAfterMs >= 0)) return;
    this.onAdvice(Math.min(reconnectAfterMs, MAX_ADVISED_DELAY_MS));
  }

  private missed(params: unknown): void {
    const { topic, reason } = (params ?? {}) as { topic?: unknown; reason?: unknown };
    if (typeof topic !== 'string') return;
    const atMs = Date.now();
    this.topics.tell(topic, { kind: 'gap', topic, reason: typeof reason === 'string' ? reason : 'unknown', sinceMs: atMs, untilMs: atMs });
  }
}
