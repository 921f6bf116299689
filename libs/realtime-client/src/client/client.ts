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
import type { CommonOptions } from '../connection/client-options.js';
import { resolveOptions } from '../connection/client-options.js';
import type { ConnectionState } from '../connection/connection-state.js';
import type { Frame } from '../connection/traffic.js';
import type { AnyTopicEvent } from './client-listeners.js';
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
   * @param url where the server listens, as `wss://example.com/ws`
   * @throws {ClientConfigError} that names every wrong option
   */
  constructor(url: string, options: ClientOptions<C> = {}) {
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

  /** Begins to connect, and comes back whenever the connection breaks. While the client waits, this tries at once. */
  connect(): void {
    this.line.connection.connect();
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
   * Asks the server for a topic, now and after every reconnect. Settles when the server has said yes or no.
   * @throws {PeerError} if the server refuses @throws {NotConnectedError} if the client is closed
   */
  async subscribe(topic: string): Promise<void> {
    this.line.calls.requireConnecting();
    await this.line.topics.subscribe(topic);
  }

  /** Lets go of a topic. Pushes that are on their way may still come. */
  unsubscribe(topic: string): Promise<void> {
    return this.line.topics.unsubscribe(topic);
  }

  /** Listens to a topic: its pushes, gaps in them, and the end of the subscription. It does not subscribe. @returns takes the listener back */
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
