/** A client of a nestjs-realtime server, for browsers and Node: calls, pushes and topics over a connection that comes back. */
import type { CallOptions } from 'nestjs-realtime-protocol';
import { BUILTIN_PUSHES, RawJson } from 'nestjs-realtime-protocol';
import type { Caller, ClientOptions, ServedFunction } from './client-types.js';
import type { ResolvedOptions } from './client-options.js';
import { resolveOptions } from './client-options.js';
import { Connection } from './connection.js';
import type { ConnectionEnd, ConnectionState } from './connection-state.js';
import { NotConnectedError } from './connection-state.js';
import type { CallArguments, CallsOf, NameOf, NotifyArguments, PushesOf, ResultOf, RpcContract, ServesOf } from './contract.js';
import type { UntypedContract } from './contract.js';
import { Conversation } from './conversation.js';
import { Liveness } from './liveness.js';
import { Listeners, NamedListeners } from './listeners.js';
import type { Frame, IncomingPush, Push, TopicEvent } from './push.js';
import type { ServedMethod } from './served-methods.js';
import { ServedMethods } from './served-methods.js';
import { refusalsIn } from './subscribe-result.js';
import { TopicSubscriptions } from './topic-subscriptions.js';
import { WaitingCalls } from './waiting-calls.js';

type AnyTopicEvent = TopicEvent<UntypedContract['pushes']>;

/** The server's own announcement that pushes of a topic are missing. */
const TOPIC_GAP = 'topic.gap';

/** A server may ask its clients to stay away for this long, and not longer, in ms. */
const MAX_ADVISED_DELAY_MS = 600_000;

export class RealtimeClient<C extends RpcContract = UntypedContract> implements Caller<C> {
  private readonly options: ResolvedOptions;
  private readonly onOpen: ClientOptions<C>['onOpen'];
  private readonly connection: Connection;
  private readonly conversation: Conversation;
  private readonly served: ServedMethods;
  private readonly subscriptions: TopicSubscriptions;
  private readonly waiting: WaitingCalls;
  private readonly liveness: Liveness;
  private readonly stateListeners: Listeners<[ConnectionState]>;
  private readonly frameListeners: Listeners<[Frame]>;
  private readonly pushListeners: NamedListeners<[unknown, IncomingPush]>;
  private readonly topicListeners: NamedListeners<[AnyTopicEvent]>;
  private wasOpen = false;
  private lastFrameAtMs = 0;

  /**
   * @param url where the server listens, as `wss://example.com/ws`
   * @throws {ClientConfigError} that names every wrong option
   */
  constructor(url: string, options: ClientOptions<C> = {}) {
    this.options = resolveOptions(url, options);
    this.onOpen = options.onOpen;
    const { limits, heartbeat, methods, onFault } = this.options;
    this.stateListeners = new Listeners(onFault);
    this.frameListeners = new Listeners(onFault);
    this.pushListeners = new NamedListeners(onFault);
    this.topicListeners = new NamedListeners(onFault);
    this.waiting = new WaitingCalls(limits.pendingCalls);
    this.served = new ServedMethods(limits.servedCalls, onFault);
    this.connection = new Connection(this.options.connection, {
      opening: () => this.opening(),
      opened: () => this.opened(),
      received: (data) => this.received(data),
      ended: (end) => this.ended(end),
      changed: (state) => this.stateListeners.tell(state),
    });
    this.conversation = new Conversation((text) => this.send(text), this.served, (push) => this.pushed(push), onFault, limits);
    // No time limit of its own: silence ends the connection, and with it the question.
    const ask = (): void => void this.conversation.request(methods.heartbeat, undefined, { timeoutMs: 0 }).catch(() => undefined);
    this.liveness = new Liveness(heartbeat, ask, () => this.connection.giveUp('The server went silent'));
    const topicCalls = {
      subscribe: async (topics: readonly string[]) => refusalsIn(await this.request(methods.subscribe, { topics }), topics),
      unsubscribe: (topics: readonly string[]) => this.request(methods.unsubscribe, { topics }),
    };
    this.subscriptions = new TopicSubscriptions(limits.topics, topicCalls, (event) => this.topicListeners.tell(event.topic, event));
  }

  get state(): ConnectionState {
    return this.connection.state;
  }

  /** The topics that the server pushes to this client now because it subscribed. */
  get topics(): readonly string[] {
    return this.subscriptions.joined;
  }

  /** Begins to connect, and to come back whenever the connection ends; while the client waits, it tries at once. */
  connect(): void {
    this.connection.connect();
  }

  /** Settles when the connection is open. @throws {NotConnectedError} if it is closed for good, or if nobody called `connect()` */
  async opened_(options: CallOptions = {}): Promise<void> {
    if (this.state.name === 'open') return;
    await this.whenOpen(() => Promise.resolve(), options);
  }

  /** Says goodbye. What waits for an answer or a connection rejects. `connect()` begins anew, with the same topics. */
  close(): void {
    this.connection.close();
  }
}
