/** The line to the server: puts the parts of a client together, and says in which order they act when a connection opens, carries a frame and ends. */
import { settledWithin } from '../base/settled-within.js';
import { OutgoingCalls } from '../calls/outgoing-calls.js';
import type { Opening } from '../calls/caller.js';
import type { RpcContract } from '../calls/contract.js';
import { Conversation } from '../calls/conversation.js';
import { ServedMethods } from '../calls/served-methods.js';
import { EarlyFrames } from '../calls/early-frames.js';
import { SignIn } from '../calls/sign-in.js';
import { Connection } from '../connection/connection.js';
import type { ConnectionEnd, ConnectionState } from '../connection/connection-state.js';
import { NotConnectedError } from '../connection/connection-state.js';
import { Liveness } from '../connection/liveness.js';
import { Traffic } from '../connection/traffic.js';
import { WakeUps } from '../connection/wake-ups.js';
import { topicCalls } from '../topics/topic-calls.js';
import { bytesForTopics } from '../topics/topic-parts.js';
import { TopicSubscriptions } from '../topics/topic-subscriptions.js';
import { ClientListeners } from './client-listeners.js';
import type { ResolvedOptions } from './client-options.js';

/** Topics of a slow policy hold up the opening for this long, in ms; then they come when they come. */
const JOINING_MS = 1_000;

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
  private readonly early = new EarlyFrames();
  private readonly wakeUps: WakeUps;

  constructor(options: ResolvedOptions, onOpen: ((opening: Opening<C>) => void | Promise<void>) | undefined) {
    const { limits, heartbeat, methods, onFault } = options;
    this.listeners = new ClientListeners(onFault, (delayMs) => this.connection.advise(delayMs));
    this.traffic = new Traffic(onFault);
    this.served = new ServedMethods(limits.servedCalls, limits.frameBytes, onFault);
    this.connection = new Connection(options.connection, {
      opening: () => this.opening(),
      joining: () => this.joining(),
      opened: () => this.opened(),
      received: (data) => this.received(data),
      // What came before the end is dealt with before it: gaps count from the last frame, and the server may have said when to come back.
      ending: () => this.early.release(),
      ended: (end) => this.ended(end),
      changed: (state) => this.changed(state, options.wakeUp),
    });
    this.wakeUps = new WakeUps(() => this.wokeUp());
    this.conversation = new Conversation(
      (text, urgent) => this.send(text, urgent),
      this.served,
      {
        pushed: (push) => this.early.push(() => this.listeners.pushed(push)),
        answered: () => this.answered(),
        fault: onFault,
      },
      limits,
    );
    this.calls = new OutgoingCalls(this.conversation, () => this.state, options.callTimeoutMs, limits.pendingCalls);
    this.signIn = new SignIn(onOpen, this.calls, this.conversation, () => this.connection.link);
    const ask = (): void => this.conversation.ask(methods.heartbeat);
    this.liveness = new Liveness(heartbeat, ask, () => this.connection.giveUp('The server went silent'));
    this.topics = new TopicSubscriptions(
      { topics: limits.topics, nameBytes: bytesForTopics(limits, [methods.subscribe, methods.unsubscribe]) },
      topicCalls(this.calls, methods, (message) => this.connection.giveUp(message)),
      () => (this.state.name === 'closed' ? NotConnectedError.in(this.state) : undefined),
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
  }

  private async joining(): Promise<void> {
    const { link } = this.connection;
    // Awaited, so that an open client hears its topics before calls that rely on them leave.
    if (link) await settledWithin(JOINING_MS, this.topics.connected(link));
  }

  private opened(): void {
    this.signIn.opened();
    this.liveness.start();
    this.calls.opened();
  }

  private changed(state: ConnectionState, wakeUp: boolean): void {
    if (state.name === 'closed') this.wakeUps.stop();
    else if (wakeUp) this.wakeUps.start();
    this.listeners.state.tellWhile(() => this.state === state, state);
  }

  private wokeUp(): void {
    if (this.state.name === 'waiting') this.connection.connect();
    else this.liveness.check();
  }

  private answered(): void {
    if (this.topics.isAsking) this.early.hold();
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
    if (this.connection.link === link) this.early.frame(() => this.conversation.receive(data));
  }
}
