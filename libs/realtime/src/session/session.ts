/** One connected peer, whatever carries it: who it is, what it listens to, and the way out to it. */
import type { Answer, CallOptions } from 'nestjs-realtime-protocol';
import { Disconnect, RpcError, encodeNotification } from 'nestjs-realtime-protocol';
import type { Observers } from '../observe/observers.js';
import { EndListeners } from './end-listeners.js';
import type { Handshake } from './handshake.js';
import type { OutboundSurroundings } from '../outbound/outbound-queue.js';
import { OutboundQueue } from '../outbound/outbound-queue.js';
import { OutgoingCalls } from './outgoing-calls.js';
import type { PendingWork } from './pending-work.js';
import type { Principal } from './principal.js';
import { Pulse } from './pulse.js';
import { SessionAttributes } from './session-attributes.js';
import type { SessionCalls } from './session-calls.js';
import type { SessionEnd } from './session-end.js';
import { newSessionId } from './session-id.js';
import type { OutboundFrame, Transport } from '../outbound/transport.js';

/** `closing`: the close frame is on its way, nothing else is sent any more. */
export type SessionState = 'open' | 'closing' | 'closed';

/** Keeps the indexes that must agree with the state of the sessions. Its methods are called synchronously and must not throw. */
export interface SessionHost {
  /** @throws {RpcError} if the principal is refused; the session stays who it was */
  admitPrincipal(session: Session, principal: Principal): void;
  principalChanged(session: Session, before: Principal | null): void;
  /** The session no longer takes pushes: it leaves every index. */
  closing(session: Session): void;
  closed(session: Session, end: SessionEnd): void;
}

/** What sessions of one node share. */
export interface SessionSurroundings extends OutboundSurroundings {
  readonly host: SessionHost;
  readonly observers: Observers;
  /** Told what a listener of the application threw. */
  readonly onFault: (fault: unknown, session: Session) => void;
  /** Keeps what listeners go on with when a session has ended; absent if nobody waits for it. */
  readonly work?: PendingWork;
}

const NO_TOPICS: ReadonlySet<string> = new Set();

export class Session {
  /** Random, made here, never taken from the request. */
  readonly id: string = newSessionId();
  readonly openedAtMs: number = Date.now();

  private readonly outbound: OutboundQueue;
  private currentPrincipal: Principal | null = null;
  private currentState: SessionState = 'open';
  private closedHere = false;
  // Made when first needed: most sessions listen to few topics and are never called.
  private ownAttributes: SessionAttributes | undefined;
  private ownTopics: Set<string> | undefined;
  private outgoing: OutgoingCalls | undefined;
  private endListeners: EndListeners | undefined;
  /** Signs of life of the peer. @internal */
  readonly pulse: Pulse;
  /** The peer's calls that run; set by whoever serves them. @internal */
  calls: SessionCalls | undefined;

  constructor(
    readonly handshake: Handshake,
    transport: Transport,
    private readonly surroundings: SessionSurroundings,
  ) {
    this.outbound = new OutboundQueue(transport, surroundings, this.id);
    this.pulse = new Pulse(this.outbound);
  }

  private get transport(): Transport {
    return this.outbound.transport;
  }

  get state(): SessionState {
    return this.currentState;
  }

  /** Who the session is; null until it has signed in. */
  get principal(): Principal | null {
    return this.currentPrincipal;
  }

  /** Typed values that the application keeps with the session. */
  get attributes(): SessionAttributes {
    return (this.ownAttributes ??= new SessionAttributes());
  }

  /** The topics that this session listens to. */
  get topics(): ReadonlySet<string> {
    return this.ownTopics ?? NO_TOPICS;
  }

  /**
   * Signs the session in. When the promise settles, pushes to the user reach this session. Signing in as another user leaves all
   * topics first, because they were granted to the user before.
   * @throws {RpcError} InvalidParams for an unknown platform, Conflict if the session is no longer open; TypeError for no principal
   */
  // Async because limits over several nodes are settled here before the caller answers.
  async login(principal: Principal): Promise<void> {
    const { host } = this.surroundings;
    if (this.currentState !== 'open') throw RpcError.of('Conflict', 'The session is no longer open');
    host.admitPrincipal(this, principal);
    const before = this.currentPrincipal;
    this.currentPrincipal = Object.freeze({ ...principal });
    host.principalChanged(this, before);
  }

  /** Makes the session anonymous again and leaves all topics. */
  async logout(): Promise<void> {
    const before = this.currentPrincipal;
    if (!before) return;
    this.currentPrincipal = null;
    this.surroundings.host.principalChanged(this, before);
  }

  /**
   * Sends a notification to this peer alone.
   * @returns false if the session is not open or could not take it
   * @throws {TypeError} if the method has no name, or the params are not an object, an array or absent
   */
  push(method: string, params?: unknown): boolean {
    return this.send(this.outbound.pushFrame(encodeNotification(method, params)));
  }

  /**
   * Sends a request to the peer and waits for its answer. Rejects with PeerError if that is an error, CallFailedError on a timeout or
   * when the session ends first, SessionClosedError if it is not open, TypeError as push(), and the reason of the signal that fires.
   */
  call(method: string, params?: unknown, options: CallOptions = {}): Promise<unknown> {
    return (this.outgoing ??= new OutgoingCalls(this)).call(method, params, options);
  }

  /**
   * Says goodbye to the peer: what is queued leaves first, then a close frame with the code and reason of `disconnect`.
   * The session takes no pushes from now on. A second call changes nothing. @throws {TypeError} if it is no Disconnect but a code
   */
  close(disconnect: Disconnect = Disconnect.Normal): void {
    this.farewell(undefined, Disconnect.check(disconnect));
  }

  /** Closes with a last message, which a peer that reads slowly gets as well: it must not be mistaken for another end. @internal */
  farewell(frame: OutboundFrame | undefined, disconnect: Disconnect): void {
    if (this.currentState !== 'open') return;
    this.closedHere = true;
    this.outbound.handOver(frame);
    this.leaveOpen();
    this.transport.close(disconnect);
  }

  /** The same, but the calls that run are answered before the close frame, and no more are begun. @internal */
  retire(frame: OutboundFrame, disconnect: Disconnect): void {
    if (this.currentState !== 'open') return;
    this.outbound.handOver(frame);
    if (this.calls) this.calls.finish(() => this.close(disconnect));
    else this.close(disconnect);
  }

  /** Tells the listener once how the session ended, also if it has ended already; it may be async. @returns takes the listener back */
  onClose(listener: (end: SessionEnd) => unknown): () => void {
    return (this.endListeners ??= new EndListeners()).add(listener);
  }

  /** Queues finished text or a shared frame; order is kept. @internal */
  send(frame: OutboundFrame): boolean {
    if (this.currentState !== 'open') return false;
    const offer = this.outbound.offer(frame);
    if (offer === 'overflow') this.tooSlow();
    return offer === 'queued';
  }

  /** The peer does not take what is sent to it. What waits would not reach it before the close frame's time is over. @internal */
  tooSlow(): void {
    this.outbound.discard();
    this.close(Disconnect.SlowConsumer);
  }

  /** The peer answered a call of ours. @returns false if nobody waits for it @internal */
  settle(answer: Answer): boolean {
    return this.outgoing?.settle(answer) ?? false;
  }

  /** The wire began to close by itself: the peer said goodbye, or it broke a rule of the transport. @internal */
  wireCloses(by: 'server' | 'peer'): void {
    if (by === 'server') this.closedHere = true;
    this.outbound.clear();
    this.leaveOpen();
  }

  /** The transport can take bytes again. @internal */
  drained(): void {
    this.outbound.flush();
  }

  /** The index of topics keeps this in step with itself. @internal */
  topicJoined(topic: string): void {
    (this.ownTopics ??= new Set()).add(topic);
  }

  /** @internal */
  topicLeft(topic: string): void {
    this.ownTopics?.delete(topic);
    this.outbound.seal();
  }

  /** Takes no more frames from the peer, because too many of its calls wait. @internal */
  pauseReading(): void {
    this.pulse.deaf = true;
    this.transport.pause();
  }

  /** @internal */
  resumeReading(): void {
    this.pulse.deaf = false;
    this.transport.resume();
  }

  /** Cuts the wire without a goodbye. */
  terminate(): void {
    if (this.currentState === 'closed') return;
    this.closedHere ||= this.currentState === 'open';
    this.outbound.clear();
    this.leaveOpen();
    this.transport.terminate();
  }

  /** The transport is gone. @internal */
  ended(code: number, reason: string, wasClean: boolean): void {
    if (this.currentState === 'closed') return;
    this.leaveOpen();
    this.currentState = 'closed';
    // Whoever keeps a session that is over must not keep its socket, its buffers and its calls.
    this.outbound.detach();
    this.calls = undefined;
    const end: SessionEnd = { code, reason, by: this.closedHere ? 'server' : 'peer', wasClean };
    const { host, work, onFault } = this.surroundings;
    host.closed(this, end);
    // Made now if need be: whoever asks later is told too.
    (this.endListeners ??= new EndListeners()).tell(end, work, (fault) => onFault(fault, this));
  }

  private leaveOpen(): void {
    if (this.currentState !== 'open') return;
    this.currentState = 'closing';
    this.surroundings.host.closing(this);
    this.calls?.abortAll();
    this.outgoing?.failAll('The session ended before the peer answered');
  }
}
