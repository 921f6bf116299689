/** A client of a nestjs-realtime server, for browsers and Node: calls, pushes and topics over a connection that comes back. */
import type { CallOptions } from 'nestjs-realtime-protocol';
import { RawJson } from 'nestjs-realtime-protocol';
import type { Caller, Opening } from '../calls/caller.js';
import type { CommonOptions, ResolvedOptions } from '../connection/client-options.js';
import type { AnyTopicEvent } from './client-listeners.js';
import { ClientListeners } from './client-listeners.js';
import { resolveOptions } from '../connection/client-options.js';
import { Connection } from '../connection/connection.js';
import type { ConnectionEnd, ConnectionState } from '../connection/connection-state.js';
import { NotConnectedError } from '../connection/connection-state.js';
import type {
  AllPushesOf,
  CallArguments,
  CallsOf,
  NameOf,
  NotifyArguments,
  PushesOf,
  ResultOf,
  RpcContract,
  ServedFunction,
  ServesOf,
  UntypedContract,
} from '../calls/contract.js';
import { Conversation } from '../calls/conversation.js';
import { runOnOpen } from '../base/on-open-error.js';
import { Liveness } from '../connection/liveness.js';
import type { Frame, IncomingPush, Push, TopicEvent } from '../calls/push.js';
import { ServedMethods } from '../calls/served-methods.js';
import { refusalsIn } from '../topics/subscribe-result.js';
import { bytesForTopics } from '../topics/topic-parts.js';
import type { SubscriptionEvent, TopicCalls } from '../topics/topic-subscriptions.js';
import { TopicSubscriptions } from '../topics/topic-subscriptions.js';
import { WaitingCalls } from '../calls/waiting-calls.js';

export interface ClientOptions<C extends RpcContract = UntypedContract> extends CommonOptions {
  /**
   * Runs each time the socket opens, before topics are subscribed and before calls that waited leave: the place to sign in.
   * If it throws Unauthorized or PermissionDenied the client stays closed; any other failure is tried again later.
   * It must use the `opening` it is given: calls of the client itself wait until it is done.
   */
  readonly onOpen?: (opening: Opening<C>) => void | Promise<void>;
}

export class RealtimeClient<C extends RpcContract = UntypedContract> implements Caller<C> {
  private readonly options: ResolvedOptions;
  private readonly onOpen: ClientOptions<C>['onOpen'];
  private readonly connection: Connection;
  private readonly conversation: Conversation;
  private readonly served: ServedMethods;
  private readonly subscriptions: TopicSubscriptions;
  private readonly waiting: WaitingCalls;
  private readonly liveness: Liveness;
  private readonly listeners: ClientListeners;
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
    this.listeners = new ClientListeners(onFault, (delayMs) => this.connection.advise(delayMs));
    this.waiting = new WaitingCalls(limits.pendingCalls);
    this.served = new ServedMethods(limits.servedCalls, limits.frameBytes, onFault);
    this.connection = new Connection(this.options.connection, {
      opening: () => this.opening(),
      opened: () => this.opened(),
      received: (data) => this.received(data),
      ended: (end) => this.ended(end),
      changed: (state) => this.listeners.state.tellWhile(() => this.state === state, state),
    });
    this.conversation = new Conversation(
      (text, urgent) => this.send(text, urgent),
      this.served,
      (push) => this.listeners.pushed(push),
      onFault,
      limits,
    );
    const ask = (): void => this.conversation.ask(methods.heartbeat);
    this.liveness = new Liveness(heartbeat, ask, () => this.connection.giveUp('The server went silent'));
    const topicCalls: TopicCalls = {
      subscribe: async (topics) => refusalsIn(await this.request(methods.subscribe, { topics }), topics),
      unsubscribe: (topics) => this.request(methods.unsubscribe, { topics }),
      giveUp: (error) => this.connection.giveUp(`The topics could not be asked for: ${error.message}`),
    };
    const tell = (event: SubscriptionEvent): void => this.listeners.topics.tell(event.topic, event);
    const nameBytes = bytesForTopics(limits, [methods.subscribe, methods.unsubscribe]);
    this.subscriptions = new TopicSubscriptions({ topics: limits.topics, nameBytes }, topicCalls, tell);
  }

  /** Where the connection stands, and why. */
  get state(): ConnectionState {
    return this.connection.state;
  }

  /** The topics that this client has subscribed to and that the server pushes to it now. */
  get topics(): readonly string[] {
    return this.subscriptions.joined;
  }

  /** Begins to connect, and comes back whenever the connection breaks. While the client waits, this tries at once. */
  connect(): void {
    this.connection.connect();
  }

  /** Settles when the connection is open. @throws {NotConnectedError} if it closes for good, or if `connect()` was not called */
  async whenOpen(options: CallOptions = {}): Promise<void> {
    if (this.state.name !== 'open') await this.afterOpening(async () => undefined, options);
  }

  /** Says goodbye. What waits for an answer or a connection rejects. A later `connect()` begins anew, with the same topics. */
  close(): void {
    this.connection.close();
  }

  /** While a connection is being made the call waits for it, within its own time limit. @see Caller.call */
  async call<M extends NameOf<CallsOf<C>>>(method: M, ...args: CallArguments<CallsOf<C>[M]>): Promise<ResultOf<CallsOf<C>[M]>> {
    const [params, options = {}] = args as readonly [params?: unknown, options?: CallOptions];
    if (this.state.name === 'open') return (await this.request(method, params, options)) as ResultOf<CallsOf<C>[M]>;
    // Encoded now: what the caller does to the params while the call waits is no longer part of it.
    const encoded = params === undefined ? undefined : RawJson.encode(params);
    return (await this.afterOpening((left) => this.request(method, encoded, left), options)) as ResultOf<CallsOf<C>[M]>;
  }

  notify<M extends NameOf<CallsOf<C>>>(method: M, ...args: NotifyArguments<CallsOf<C>[M]>): boolean {
    return this.state.name === 'open' && this.conversation.notify(method, args[0]);
  }

  /** Listens to a notification of the server, whether it was pushed to a topic or not. @returns takes the listener back */
  on<M extends NameOf<AllPushesOf<C>>>(
    method: M,
    listener: (params: AllPushesOf<C>[M], push: Extract<Push<AllPushesOf<C>>, { readonly method: M }>) => void,
  ): () => void {
    // The contract says what the server sends; nothing checks it at run time.
    return this.listeners.pushes.add(method, listener as (params: unknown, push: IncomingPush) => void);
  }

  /** Serves a method to the server; what is not served is answered with -32601. @returns takes it back @throws {MethodTakenError} */
  handle<M extends NameOf<ServesOf<C>>>(method: M, served: ServedFunction<ServesOf<C>[M]>): () => void {
    // The contract says what the server sends; nothing checks it at run time.
    return this.served.add(method, served);
  }

  /**
   * Asks the server for a topic, now and after every reconnect. Settles when the server has said yes or no.
   * @throws {PeerError} if the server refuses @throws {NotConnectedError} if the client is closed
   */
  async subscribe(topic: string): Promise<void> {
    this.requireConnecting();
    await this.subscriptions.subscribe(topic);
  }

  /** Lets go of a topic. Pushes that are on their way may still come. */
  unsubscribe(topic: string): Promise<void> {
    return this.subscriptions.unsubscribe(topic);
  }

  /** Listens to a topic: its pushes, gaps in them, and the end of the subscription. It does not subscribe. @returns takes the listener back */
  onTopic(topic: string, listener: (event: TopicEvent<PushesOf<C>>) => void): () => void {
    // The contract says what the server sends; nothing checks it at run time.
    return this.listeners.topics.add(topic, listener as (event: AnyTopicEvent) => void);
  }

  /** Listens to changes of `state`. @returns takes the listener back */
  onState(listener: (state: ConnectionState) => void): () => void {
    return this.listeners.state.add(listener);
  }

  /** Sees every text frame as it passes. @returns takes the listener back */
  onFrame(listener: (frame: Frame) => void): () => void {
    return this.listeners.frames.add(listener);
  }

  private request(method: string, params?: unknown, options: CallOptions = {}): Promise<unknown> {
    return this.conversation.request(method, params, this.limited(options));
  }

  private async afterOpening<T>(start: (left: CallOptions) => Promise<T>, options: CallOptions): Promise<T> {
    this.requireConnecting();
    return this.waiting.add(start, this.limited(options));
  }

  private limited(options: CallOptions): CallOptions & { readonly timeoutMs: number } {
    return { ...options, timeoutMs: options.timeoutMs ?? this.options.callTimeoutMs };
  }

  private requireConnecting(): void {
    if (this.state.name === 'idle' || this.state.name === 'closed') throw NotConnectedError.in(this.state);
  }

  private async opening(): Promise<void> {
    const { link } = this.connection;
    if (!link) return;
    await runOnOpen((failures) => this.onOpen?.(this.openingOn(link, failures)));
    // Awaited, so that an open client hears its topics before calls that rely on them leave.
    if (this.connection.link === link) await this.subscriptions.connected(link);
  }

  private openingOn(link: object, failures: Map<unknown, string>): Opening<C> {
    const isCurrent = (): boolean => this.connection.link === link;
    return {
      reconnected: this.wasOpen,
      call: async (method, ...args) => {
        if (!isCurrent()) throw new NotConnectedError('The connection that was being opened has ended');
        const [params, options] = args as readonly [params?: unknown, options?: CallOptions];
        const answer = this.request(method, params, options);
        answer.catch((error: unknown) => failures.set(error, method));
        return (await answer) as ResultOf<CallsOf<C>[typeof method]>;
      },
      notify: (method, ...args) => isCurrent() && this.conversation.notify(method, args[0]),
    };
  }

  private opened(): void {
    this.wasOpen = true;
    this.liveness.start();
    this.waiting.startAll();
  }

  private ended(end: ConnectionEnd): void {
    this.liveness.stop();
    this.conversation.ended(end.message);
    this.subscriptions.disconnected(this.lastFrameAtMs);
    if (this.state.name !== 'closed') return;
    const error = NotConnectedError.in(this.state);
    this.waiting.failAll(error);
    this.subscriptions.failWaiting(error);
  }

  private send(text: string, urgent?: boolean): void {
    this.connection.send(text, urgent);
    if (this.listeners.frames.size > 0) this.listeners.frames.tell({ direction: 'out', text, atMs: Date.now() });
  }

  private received(data: unknown): void {
    this.lastFrameAtMs = Date.now();
    this.liveness.heard();
    if (this.listeners.frames.size > 0 && typeof data === 'string') {
      const { link } = this.connection;
      this.listeners.frames.tell({ direction: 'in', text: data, atMs: this.lastFrameAtMs });
      // A listener may have closed the connection, and the frame with it.
      if (this.connection.link !== link) return;
    }
    this.conversation.receive(data);
  }
}
