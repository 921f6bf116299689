/** Takes what one socket brings in shares, so that a peer which sends much at once lets others have their turn in between. */
import type { Duplex } from 'node:stream';
import { BYTES_PER_TURN, MESSAGE_WEIGHT } from './fair-share.js';
import { InboundBacklog } from './inbound-backlog.js';
import type { SessionSocket } from './session-socket.js';
import type { MeteredSocket } from './write-mark.js';

/** From here on it is found out whether others have had their turn meanwhile. */
const HALF_A_SHARE = BYTES_PER_TURN / 2;

/** What may wait of one peer that was decompressed while nothing more of it is to be handed on. */
const MAX_STORED_BYTES = 4 * 1024 * 1024;

/** A base class and not a part: a part would cost every idle connection an object. */
export abstract class FairReading {
  /** Weight of what came since others were last known to have had their turn. */
  private inTurn = 0;
  /** True while the turn is waited for with which the count begins anew. */
  private isEbbing = false;
  /** What came beyond the share; while there is one the socket is not read. */
  private backlog: InboundBacklog | undefined;
  /** True while the owner does not want to read. */
  private held = false;

  constructor(
    protected readonly ws: SessionSocket,
    protected readonly socket: Duplex & MeteredSocket,
  ) {}

  pause(): void {
    this.held = true;
    this.ws.pause();
  }

  resume(): void {
    this.held = false;
    if (this.backlog) this.backlog.begin();
    else this.ws.resume();
  }

  /** Reads whatever comes from now on; what waits is dropped. */
  protected readOn(): void {
    this.held = false;
    this.backlog?.clear();
    this.backlog = undefined;
    this.ws.resume();
  }

  /** More waits than anybody sends who means well. */
  protected abstract overfull(): void;

  /** A message whose turn it is. */
  protected abstract hand(data: Buffer): void;

  /** A message came in: it is handed on now, or when the others have had their turn. */
  protected take(data: Buffer): void {
    if (this.backlog ?? (this.held && this.isStored)) {
      this.store(data);
      return;
    }
    // Nearly all messages: what is counted is looked at only once in half a share.
    const weight = this.inTurn + MESSAGE_WEIGHT + data.length;
    if (weight > HALF_A_SHARE && this.isTooMuch(weight)) {
      this.putOff().push(data);
    } else {
      this.inTurn = weight;
      this.hand(data);
    }
  }

  /** A frame came in that is no message; it cannot be put off, but what comes behind it can. */
  protected takeControl(): void {
    if (this.backlog) return;
    const weight = this.inTurn + MESSAGE_WEIGHT;
    if (weight > HALF_A_SHARE && this.isTooMuch(weight)) this.putOff().begin();
    else this.inTurn = weight;
  }

  /** Hands on what waits, now. */
  protected flushBacklog(): void {
    this.backlog?.flush();
  }

  protected clearBacklog(): void {
    this.backlog?.clear();
  }

  /** The turn is asked for when half of the share is gone, so that whoever sends little in many turns is never put off. */
  private isTooMuch(weight: number): boolean {
    // However large a message is, it has its turn some time.
    if (weight > BYTES_PER_TURN && this.inTurn > 0) return true;
    if (!this.isEbbing) {
      this.isEbbing = true;
      setImmediate(ebb, this);
    }
    return false;
  }

  /**
   * What a read has brought can be a thousand times as much when it is decompressed, and comes although the socket is not read. Without
   * compression it is a read's worth of messages, which are handed on: a call may be taken back by them.
   */
  private get isStored(): boolean {
    return this.ws.extensions !== '';
  }

  private store(data: Buffer): void {
    const backlog = this.backlog ?? this.putOff();
    backlog.push(data);
    if (backlog.bytes > MAX_STORED_BYTES && this.isStored) this.overfull();
  }

  private putOff(): InboundBacklog {
    this.ws.pause();
    return (this.backlog = new InboundBacklog(
      (message) => this.hand(message),
      () => !(this.held && this.isStored),
      () => {
        this.backlog = undefined;
        this.inTurn = 0;
        if (!this.held) this.ws.resume();
      },
    ));
  }

  /** @internal */
  turned(): void {
    this.isEbbing = false;
    this.inTurn = 0;
  }
}

/** One function for all connections, called after everybody's sockets were read. */
function ebb(reading: FairReading): void {
  reading.turned();
}
