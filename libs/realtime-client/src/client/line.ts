/** The line to the server: puts the parts of a client together, and says in which order they act when a connection opens, carries a frame and ends. */
import { OutgoingCalls } from '../calls/outgoing-calls.js';
import type { Opening } from '../calls/caller.js';
import type { RpcContract } from '../calls/contract.js';
import { Conversation } from '../calls/conversation.js';
import { ServedMethods } from '../calls/served-methods.js';
import { SignIn } from '../calls/sign-in.js';
import type { ResolvedOptions } from '../connection/client-options.js';
import { Connection } from '../connection/connection.js';
import type { ConnectionEnd, ConnectionState } from '../connection/connection-state.js';
import { NotConnectedError } from '../connection/connection-state.js';
import { Liveness } from '../connection/liveness.js';
import { Traffic } from '../connection/traffic.js';
import { topicCalls } from '../topics/topic-calls.js';
import { bytesForTopics } from '../topics/topic-parts.js';
import { TopicSubscriptions } from '../topics/topic-subscriptions.js';
import { ClientListeners } from './client-listeners.js';

export class Line<C extends RpcContract> {
  readonly listeners: ClientListeners;
  readonly traffic: Traffic;
  readonly served: ServedMethods;
  readonly connection: Connection;
  readonly calls: OutgoingCalls;
  readonly topics: TopicSubscriptions;
  private readonly conversation: Conversation;
  private readonly signIn: SignIn<C>;
  private readonly liveness: Liveness;

  constructor(options: ResolvedOptions, onOpen: ((opening: Opening<C>) => void | Promise<void>) | undefined) {
    const { limits, heartbeat, methods, onFault } = options;
    this.listeners = new ClientListeners(onFault, (delayMs) => this.connection.advise(delayMs));
    this.traffic = new Traffic(onFault);
    this.served = new ServedMethods(limits.servedCalls, limits.frameBytes, onFault);
    this.connection = new Connection(options.connection, {
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
    this.calls = new OutgoingCalls(this.conversation, () => this.state, options.callTimeoutMs, limits.pendingCalls);
    this.signIn = new SignIn(onOpen, this.calls, this.conversation, () => this.connection.link);
    const ask = (): void => this.conversation.ask(methods.heartbeat);
    this.liveness = new Liveness(heartbeat, ask, () => this.connection.giveUp('The server went silent'));
    this.topics = new TopicSubscriptions(
      { topics: limits.topics, nameBytes: bytesForTopics(limits, [methods.subscribe, methods.unsubscribe]) },
      topicCalls(this.calls, methods, (message) => this.connection.giveUp(message)),
      (event) => this.listeners.topics.tell(event.topic, event),
    );
  }

  get state(): ConnectionState {
    return this.connection.state;
  }

  private async opening(): Promise<void> {
    const { link } = this.connection;
    if (!link) return;
    await this.signIn.run(link);
    // Awaited, so that an open client hears its topics before calls that rely on them leave.
    if (this.connection.link === link) await this.topics.connected(link);
  }

  private opened(): void {
    this.signIn.opened();
    this.liveness.start();
    this.calls.opened();
  }

  private ended(end: ConnectionEnd): void {
    this.liveness.stop();
    this.conversation.ended(end.message);
    this.topics.disconnected(this.traffic.lastHeardAtMs);
    if (this.state.name !== 'closed') return;
    const error = NotConnectedError.in(this.state);
    this.calls.failWaiting(error);
    this.topics.failWaiting(error);
  }

  private send(text: string, urgent?: boolean): void {
    this.connection.send(text, urgent);
    this.traffic.left(text);
  }

  private received(data: unknown): void {
    const { link } = this.connection;
    this.liveness.heard();
    this.traffic.came(data);
    // Whoever watches may have closed the connection, and the frame with it.
    if (this.connection.link === link) this.conversation.receive(data);
  }
}
