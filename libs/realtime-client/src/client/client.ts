/** A client of a nestjs-realtime server, for browsers and Node: calls, pushes and topics over a connection that comes back. */
import type { CallOptions } from 'nestjs-realtime-protocol';
import type { Caller, Opening } from '../calls/caller.js';
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
import type { IncomingPush, Push, TopicEvent } from '../calls/push.js';
import type { PerAttempt } from '../connection/connection-options.js';
import type { ConnectionState } from '../connection/connection-state.js';
import type { Frame } from '../connection/traffic.js';
import type { PendingTopicHold } from '../topics/hold.js';
import type { AnyTopicEvent } from './client-listeners.js';
import type { CommonOptions } from './client-options.js';
import { resolveOptions } from './client-options.js';
import { Line } from './line.js';

export interface ClientOptions<C extends RpcContract = UntypedContract> extends CommonOptions {
  /**
   * Runs each time the socket opens, before topics are subscribed and before calls that waited leave: the place to sign in.
   * If it throws Unauthorized or PermissionDenied the client stays closed; any other failure is tried again later.
   * It must use the `opening` it is given: calls of the client itself wait until it is done.
   */
  readonly onOpen?: (opening: Opening<C>) => void | Promise<void>;
}

export class RealtimeClient<C extends RpcContract = UntypedContract> implements Caller<C> {
  private readonly line: Line<C>;

  /**
   * Does nothing yet that needs a network or a WebSocket: it may run where a page is rendered on a server.
   * @param url where the server listens, as `wss://example.com/ws`; a function is asked at each attempt
   * @throws {ClientConfigError} that names every wrong option
   */
  constructor(url: PerAttempt<string>, options: ClientOptions<C> = {}) {
    this.line = new Line(resolveOptions(url, options), options.onOpen);
  }

  /** Where the connection stands, and why. */
  get state(): ConnectionState {
    return this.line.state;
  }

  /** The topics that this client has subscribed to and that the server pushes to it now. */
  get topics(): readonly string[] {
    return this.line.topics.joined;
  }

  /**
   * Begins to connect, and comes back whenever the connection breaks. While the client waits, this tries at once.
   * @throws {ClientConfigError} if the runtime has no WebSocket and none was given
   */
  connect(): void {
    this.line.connection.connect();
  }

  /**
   * Lets go of the connection, or of the attempt to make one, and connects anew at once: for whoever knows that the wire is dead.
   * @throws {ClientConfigError} if the runtime has no WebSocket and none was given
   */
  reconnect(): void {
    this.line.connection.reconnect();
  }

  /** Settles when the connection is open. @throws {NotConnectedError} if it closes for good, or if `connect()` was not called */
  whenOpen(options: CallOptions = {}): Promise<void> {
    return this.line.calls.whenOpen(options);
  }

  /** Says goodbye. What waits for an answer or a connection rejects. A later `connect()` begins anew, with the same topics. */
  close(): void {
    this.line.connection.close();
  }

  /** While a connection is being made the call waits for it, within its own time limit. @see Caller.call */
  async call<M extends NameOf<CallsOf<C>>>(method: M, ...args: CallArguments<CallsOf<C>[M]>): Promise<ResultOf<CallsOf<C>[M]>> {
    const [params, options] = args as readonly [params?: unknown, options?: CallOptions];
    // The contract says what the server answers; nothing checks it at run time.
    return (await this.line.calls.call(method, params, options)) as ResultOf<CallsOf<C>[M]>;
  }

  notify<M extends NameOf<CallsOf<C>>>(method: M, ...args: NotifyArguments<CallsOf<C>[M]>): boolean {
    return this.line.calls.notify(method, args[0]);
  }

  /** Listens to a notification of the server, whether it was pushed to a topic or not. @returns takes the listener back */
  on<M extends NameOf<AllPushesOf<C>>>(
    method: M,
    listener: (params: AllPushesOf<C>[M], push: Extract<Push<AllPushesOf<C>>, { readonly method: M }>) => void,
  ): () => void {
    // The contract says what the server sends; nothing checks it at run time.
    return this.line.listeners.pushes.add(method, listener as (params: unknown, push: IncomingPush) => void);
  }

  /** Serves a method to the server; what is not served is answered with -32601. @returns takes it back @throws {MethodTakenError} */
  handle<M extends NameOf<ServesOf<C>>>(method: M, served: ServedFunction<ServesOf<C>[M]>): () => void {
    // The contract says what the server sends; nothing checks it at run time.
    return this.line.served.add(method, served);
  }

  /**
   * Holds a topic: asks the server for it, now and after every reconnect, until the last holder has let go or the server refuses. Before
   * `connect()` and while the client is closed it is remembered. The promise settles when the server has said yes or no.
   * @param listener told of everything that happens to the topic, from the first push on and until this holder lets go
   * @throws {PeerError} the server refuses
   * @throws {CallFailedError} CALL_TIMEOUT or BAD_ANSWER: the topic is left, in case the server joined it; TOO_MANY_CALLS: `limits.topics` are held
   * @throws {UnsubscribedError} this holder let go before the server answered
   * @throws {NotConnectedError} the client is closed; the topic is held all the same, and the next `connect()` asks for it
   */
  subscribe(topic: string, listener?: (event: TopicEvent<PushesOf<C>>) => void): PendingTopicHold {
    // The contract says what the server sends; nothing checks it at run time.
    const held = listener && this.line.listeners.held(topic, listener as (event: AnyTopicEvent) => void);
    return this.line.topics.hold(topic, held);
  }

  /** Lets the oldest holder of a topic go that came without a listener. Settles when the server has let go, at once while others hold it. */
  unsubscribe(topic: string): Promise<void> {
    return this.line.topics.unsubscribe(topic);
  }

  /**
   * Listens to a topic: the state that it begins with, its pushes, gaps in them, and the end of the subscription. It does not subscribe.
   * @returns takes the listener back
   */
  onTopic(topic: string, listener: (event: TopicEvent<PushesOf<C>>) => void): () => void {
    // The contract says what the server sends; nothing checks it at run time.
    return this.line.listeners.topics.add(topic, listener as (event: AnyTopicEvent) => void);
  }

  /** Listens to changes of `state`. @returns takes the listener back */
  onState(listener: (state: ConnectionState) => void): () => void {
    return this.line.listeners.state.add(listener);
  }

  /** Sees every text frame as it passes. @returns takes the listener back */
  onFrame(listener: (frame: Frame) => void): () => void {
    return this.line.traffic.watchers.add(listener);
  }
}
