/** One connected peer, whatever carries it: who it is, what it listens to, and the way out to it. */
import type { Answer, CallOptions } from 'nestjs-realtime-protocol';
import { encodeNotification } from 'nestjs-realtime-protocol';
import type { Observers } from '../observe/observers.js';
import type { Handshake } from './handshake.js';
import type { OutboundSurroundings } from '../outbound/outbound-queue.js';
import { OutgoingCalls } from './outgoing-calls.js';
import type { PendingWork } from './pending-work.js';
import type { Principal } from './principal.js';
import { SessionAttributes } from './session-attributes.js';
import type { SessionEnd } from './session-end.js';
import { SessionLife } from './session-life.js';
import type { Seat } from './sign-in.js';
import { SignIn } from './sign-in.js';
import type { OutboundFrame, Transport } from '../outbound/transport.js';

/** What a user has for one session, over all nodes. */
export interface UserPlace {
  /** The session is the user's from now on. @returns what it had before, which somebody has to release or to take again */
  take(session: Session): UserPlace | undefined;
  /** Nobody will have it. May be called twice. */
  release(): void;
}

/** Keeps the indexes that must agree with the state of the sessions. Its methods are called synchronously and must not throw. */
export interface SessionHost {
  /** @throws {RpcError} if the principal is refused; the session stays who it was */
  admitPrincipal(session: Session, principal: Principal): void;
  /**
   * Takes a place for one more session of the user, on all nodes. The promise rejects with an RpcError if there is none.
   * @returns undefined if nobody has to be asked
   */
  claimPlace(session: Session, principal: Principal): Promise<UserPlace | undefined> | undefined;
  /** @returns the topics that the session has left because they are not for the user any more, if somebody has to be asked; never rejects */
  principalChanged(session: Session, before: Principal | null): Promise<readonly string[]> | undefined;
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

export class Session extends SessionLife {
  private currentPrincipal: Principal | null = null;
  // Made when first needed: most sessions listen to few topics and are never called.
  private ownAttributes: SessionAttributes | undefined;
  private ownTopics: Set<string> | undefined;
  private outgoing: OutgoingCalls | undefined;
  private signOuts = 0;

  constructor(
    readonly handshake: Handshake,
    transport: Transport,
    private readonly surroundings: SessionSurroundings,
  ) {
    super(transport, surroundings);
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
   * topics first, because they were granted to the user before. Signing in anew as the same user asks the topic policies again.
   * @throws {RpcError} InvalidParams for an unknown platform, Conflict if the session is no longer open, TooManyRequests at the limit of the user,
   * ServiceUnavailable if the other nodes have to be asked and cannot; TypeError for no principal
   */
  async login(principal: Principal): Promise<void> {
    const entry = this.signIn(principal);
    await entry.left;
    entry.confirm();
  }

  /** As {@link login}, and may be taken back. @param place that the user has for this session already @internal */
  signIn(principal: Principal, place?: UserPlace): SignIn<UserPlace> {
    return new SignIn(this.seat(), principal, place);
  }

  /** Makes the session anonymous again and leaves all topics. A sign-in that is on its way fails with Conflict. */
  async logout(): Promise<void> {
    this.signOuts++;
    if (this.currentPrincipal) void this.change(null);
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

  /** Queues finished text or a shared frame; order is kept. @internal */
  send(frame: OutboundFrame): boolean {
    if (this.state !== 'open') return false;
    const offer = this.outbound.offer(frame);
    if (offer === 'overflow') this.tooSlow();
    return offer === 'queued';
  }

  /** The peer answered a call of ours. @returns false if nobody waits for it @internal */
  settle(answer: Answer): boolean {
    return this.outgoing?.settle(answer) ?? false;
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

  private seat(): Seat<UserPlace> {
    const { host } = this.surroundings;
    return {
      isOpen: () => this.state === 'open',
      principal: () => this.currentPrincipal,
      admit: (principal) => host.admitPrincipal(this, principal),
      claim: (principal) => host.claimPlace(this, principal),
      signOuts: () => this.signOuts,
      take: (place) => place.take(this),
      change: (principal) => this.change(principal),
    };
  }

  private change(principal: Principal | null): Promise<readonly string[]> | undefined {
    const before = this.currentPrincipal;
    this.currentPrincipal = principal;
    return this.surroundings.host.principalChanged(this, before);
  }

  /** @internal */
  protected leaving(): void {
    this.surroundings.host.closing(this);
    this.calls?.abortAll();
    this.outgoing?.failAll('The session ended before the peer answered');
  }

  /** @internal */
  protected over(end: SessionEnd): void {
    const { host, work, onFault } = this.surroundings;
    host.closed(this, end);
    this.tellEnd(end, work, (fault) => onFault(fault, this));
  }
}
