/** Takes the messages of one socket in shares, so that a peer which sends many at once lets others have their turn in between. */
import type { Duplex } from 'node:stream';
import { InboundBacklog, MESSAGES_PER_TURN } from './inbound-backlog.js';
import type { SessionSocket } from './session-socket.js';
import type { MeteredSocket } from './write-mark.js';

/** A base class and not a part: a part would cost every idle connection an object. */
export abstract class FairReading {
  /** Messages that came since the bytes read were last looked at. */
  private inTurn = 0;
  /** Bytes that the connection had read when they were last looked at. */
  private turnMark: number | undefined;
  /** What the last read brought beyond its share; while there is one the socket is not read. */
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
    if (!this.backlog) this.ws.resume();
  }

  /** Reads whatever comes from now on; what waits is dropped. */
  protected readOn(): void {
    this.held = false;
    this.backlog?.clear();
    this.backlog = undefined;
    this.ws.resume();
  }

  /** A message whose turn it is. */
  protected abstract hand(data: Buffer): void;

  /** A message came in: it is handed on now, or when the others have had their turn. */
  protected take(data: Buffer): void {
    if (this.backlog) this.backlog.push(data);
    else if (++this.inTurn > MESSAGES_PER_TURN && this.isSameRead()) this.putOff(data);
    else this.hand(data);
  }

  /** Hands on what waits, now. */
  protected flushBacklog(): void {
    this.backlog?.flush();
  }

  protected clearBacklog(): void {
    this.backlog?.clear();
  }

  /** Asked once per share of messages. A share that more than one read brought had turns of others in between. */
  private isSameRead(): boolean {
    const { bytesRead } = this.socket;
    if (bytesRead === this.turnMark) return true;
    this.turnMark = bytesRead;
    this.inTurn = 1;
    return false;
  }

  private putOff(data: Buffer): void {
    this.backlog = new InboundBacklog(
      (message) => this.hand(message),
      () => {
        this.backlog = undefined;
        this.inTurn = 0;
        if (!this.held) this.ws.resume();
      },
    );
    this.ws.pause();
    this.backlog.push(data);
  }
}
