/** From open to closed: who ends a session, what still leaves before the wire does, and who is told. */
import { Disconnect } from 'nestjs-realtime-protocol';
import type { OutboundSurroundings } from '../outbound/outbound-queue.js';
import { OutboundQueue } from '../outbound/outbound-queue.js';
import type { OutboundFrame, Transport } from '../outbound/transport.js';
import { EndListeners } from './end-listeners.js';
import type { PendingWork } from './pending-work.js';
import { Pulse } from './pulse.js';
import type { SessionCalls } from './session-calls.js';
import type { SessionEnd } from './session-end.js';
import { newSessionId } from './session-id.js';

/** `closing`: the close frame is on its way, nothing else is sent any more. */
export type SessionState = 'open' | 'closing' | 'closed';

const BEGAN_AT_MS = Date.now();

/** The engine keeps whole numbers of 32 bits in the object itself, and results of arithmetic on larger ones beside it. */
function inPlace(ms: number): number {
  const whole = ms | 0;
  return whole === ms ? whole : ms;
}

/** A base class and not a part: a part would cost every idle connection an object. */
export abstract class SessionLife extends Pulse {
  /** Random, made here, never taken from the request. */
  readonly id: string = newSessionId();
  /** Since this process began. */
  private readonly openedAfterMs = inPlace(Date.now() - BEGAN_AT_MS);

  /** @internal */
  protected readonly outbound: OutboundQueue;
  private currentState: SessionState = 'open';
  private closedHere = false;
  private endListeners: EndListeners | undefined;
  /** The peer's calls that run; set by whoever serves them. @internal */
  calls: SessionCalls | undefined;

  constructor(transport: Transport, surroundings: OutboundSurroundings) {
    super();
    this.outbound = new OutboundQueue(transport, surroundings, this.id);
  }

  get openedAtMs(): number {
    return BEGAN_AT_MS + this.openedAfterMs;
  }

  /** Signs of life of the peer. @internal */
  get pulse(): Pulse {
    return this;
  }

  get state(): SessionState {
    return this.currentState;
  }

  /** @internal */
  protected get transport(): Transport {
    return this.outbound.transport;
  }

  /**
   * Says goodbye to the peer: what is queued leaves first, then a close frame with the code and reason of `disconnect`.
   * The session takes no pushes from now on. A second call changes nothing. @throws {TypeError} if it is no Disconnect but a code
   */
  close(disconnect: Disconnect = Disconnect.Normal): void {
    this.farewell(undefined, Disconnect.check(disconnect));
  }

  /** Cuts the wire without a goodbye. */
  terminate(): void {
    if (this.currentState === 'closed') return;
    this.closedHere ||= this.currentState === 'open';
    this.outbound.clear();
    this.leaveOpen();
    this.transport.terminate();
  }

  /** Tells the listener once how the session ended, also if it has ended already; it may be async. @returns takes the listener back */
  onClose(listener: (end: SessionEnd) => unknown): () => void {
    return (this.endListeners ??= new EndListeners()).add(listener);
  }

  /**
   * Closes with a last message, which a peer that reads slowly gets as well: it must not be mistaken for another end.
   * @returns false if the session is open no longer
   * @internal
   */
  farewell(frame: OutboundFrame | undefined, disconnect: Disconnect): boolean {
    if (this.currentState !== 'open') return false;
    this.closedHere = true;
    this.outbound.handOver(frame);
    this.leaveOpen();
    this.transport.close(disconnect);
    return true;
  }

  /** The same, but the calls that run are answered before the close frame, and no more are begun. @internal */
  retire(frame: OutboundFrame | undefined, disconnect: Disconnect): void {
    if (this.currentState !== 'open') return;
    this.outbound.handOver(frame);
    if (this.calls) this.calls.finish(() => this.close(disconnect));
    else this.close(disconnect);
  }

  /** The peer does not take what is sent to it. What waits would not reach it before the close frame's time is over. @internal */
  tooSlow(): void {
    this.outbound.discard();
    this.close(Disconnect.SlowConsumer);
  }

  /** The transport can take bytes again. @internal */
  drained(): void {
    this.outbound.writeOut();
  }

  /** The wire began to close by itself: the peer said goodbye, or it broke a rule of the transport. @internal */
  wireCloses(by: 'server' | 'peer'): void {
    if (by === 'server') this.closedHere = true;
    this.outbound.clear();
    this.leaveOpen();
  }

  /** The transport is gone. @internal */
  ended(code: number, reason: string, wasClean: boolean): void {
    if (this.currentState === 'closed') return;
    this.leaveOpen();
    this.currentState = 'closed';
    // Whoever keeps a session that is over must not keep its socket, its buffers and its calls.
    this.outbound.detach();
    this.calls = undefined;
    this.over({ code, reason, by: this.closedHere ? 'server' : 'peer', wasClean });
  }

  /** Tells those who listen; whoever asks later is told too. @internal */
  protected tellEnd(end: SessionEnd, work: PendingWork | undefined, onFault: (fault: unknown) => void): void {
    (this.endListeners ??= new EndListeners()).tell(end, work, onFault);
  }

  /** The session is open no longer: it leaves every index, and nobody waits for its peer. Called once. @internal */
  protected abstract leaving(): void;

  /** The session is over. Called once, after {@link leaving}. @internal */
  protected abstract over(end: SessionEnd): void;

  private leaveOpen(): void {
    if (this.currentState !== 'open') return;
    this.currentState = 'closing';
    this.leaving();
  }
}
