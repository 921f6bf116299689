/** Carries a session over one WebSocket. */
import type { Duplex } from 'node:stream';
import { Disconnect } from 'nestjs-realtime-protocol';
import type { OutboundFrame, Transport } from '../outbound/transport.js';
import { askForDrain } from './drain-request.js';
import { endForWs, onEndOfReading } from './end-of-reading.js';
import { PLAIN_FORMAT } from './frame-runs.js';
import { goodbyeAfter } from './goodbye-after.js';
import { FairReading } from './fair-reading.js';
import type { SessionSocket, SocketOwner } from './session-socket.js';
import type { WireFormat } from './wire-format.js';
import type { MeteredSocket } from './write-mark.js';
import { writeMarkOf } from './write-mark.js';

/** Who is told what happens on the wire. */
export interface WireListener {
  received(text: string, bytes: number): void;
  /** The peer sent pings or pongs without need. */
  pestered(): void;
  drained(): void;
  /** A close frame is on its way that the session did not ask for; `ended` follows. */
  closing(by: 'server' | 'peer'): void;
  ended(code: number, reason: string, wasClean: boolean): void;
}

/** Where the listeners of a connection find its transport: one function each serves all connections, so that none needs closures. */
const TRANSPORT = Symbol('transport');

type Connection = Duplex & MeteredSocket & { [TRANSPORT]?: WsTransport | undefined };

export class WsTransport extends FairReading implements Transport, SocketOwner {
  private goodbye: Disconnect | undefined;
  /** A close frame went out, ours or the answer to the peer's. */
  private isParting = false;
  private listener: WireListener | undefined;
  /** What the peer sent after our close frame. */
  private lateBytes = 0;
  /**
   * @param socket the connection below the WebSocket: frames are built here and written to it directly, which is what lets
   * many receivers share one frame and many replies share one write. Control frames stay with `ws`.
   * @param closeTimeoutMs how long a peer that will not speak again may take to accept what is on its way
   */
  constructor(
    ws: SessionSocket,
    protected override readonly socket: Connection,
    private readonly closeTimeoutMs: number,
    private readonly format: WireFormat = PLAIN_FORMAT,
  ) {
    super(ws, socket);
  }

  get bufferedBytes(): number {
    return this.socket.writableLength;
  }

  get writable(): boolean {
    // Within one tick Node asks to wait for a drain although the kernel may have taken everything at once.
    return !this.socket.writableNeedDrain || this.socket.writableLength === 0;
  }

  get writeMark(): number | undefined {
    return writeMarkOf(this.socket);
  }

  /** Begins to tell the listener what happens; called once. */
  listen(listener: WireListener): void {
    this.listener = listener;
    this.ws.owner = this;
    this.socket[TRANSPORT] = this;
    this.socket.on('drain', onDrain);
    onEndOfReading(this.socket, onEnd);
  }

  message(data: Buffer, isBinary: boolean): void {
    if (isBinary) this.refuse(Disconnect.UnsupportedData);
    else this.take(data);
  }

  control(isFurther: boolean): void {
    this.takeControl();
    if (isFurther) this.listener?.pestered();
  }

  closing(): void {
    this.isParting = true;
    if (this.ws.hasGoodbye) this.socket.on('finish', onFinish);
    if (this.goodbye) return;
    // What the peer sent before its goodbye counts; the answers cannot reach it any more.
    this.flushBacklog();
    this.listener?.closing('peer');
  }

  cutting(): void {
    if (!this.isParting) this.listener?.closing('server');
  }

  closed(code: number, reason: Buffer): void {
    // Node keeps a connection's objects until the next major collection; what belongs to the session can go before that.
    this.socket[TRANSPORT] = undefined;
    this.clearBacklog();
    const wasClean = code !== 1006;
    // Our own goodbye counts, whatever a peer that was sent away echoes.
    if (this.goodbye) this.listener?.ended(this.goodbye.code, this.goodbye.reason, wasClean);
    else this.listener?.ended(code, reason.toString('utf8'), wasClean);
  }

  failed({ code }: Error & { readonly code?: string }): void {
    // `ws` closes by itself when a peer breaks the protocol. Other faults only end the connection.
    const goodbye = goodbyeAfter(code);
    if (!goodbye) return;
    this.partWith(goodbye);
    this.listener?.closing('server');
  }

  write(frames: readonly OutboundFrame[]): void {
    // Nothing may follow a close frame. @see RFC 6455 §5.5.1
    if (this.ws.readyState !== this.ws.OPEN) return;
    const { socket } = this;
    const buffers = this.format.buffersOf(frames);
    if (buffers.length === 1) {
      socket.write(buffers[0]);
    } else {
      socket.cork();
      for (const buffer of buffers) socket.write(buffer);
      socket.uncork();
    }
    if (socket.writableLength > 0) askForDrain(socket);
  }

  close(disconnect: Disconnect): void {
    this.partWith(disconnect);
    // A reader that was paused by us must still be able to answer our close frame. What it sent before counts no longer.
    this.readOn();
    this.ws.close(disconnect.code, disconnect.reason);
  }

  /** The connection can take bytes again. @internal */
  drained(): void {
    this.listener?.drained();
  }

  /** Who was told to go may still be sending what it began; more than that is not worth reading. @internal */
  cameLate(bytes: number): void {
    if ((this.lateBytes += bytes) > MAX_LATE_BYTES) this.ws.terminate();
  }

  /**
   * Everything has left, and our half of the connection is closed. A peer that has said goodbye has nothing more to say, so there is nothing
   * to wait for. Without its goodbye this is never asked: one that broke a rule may still be sending, and would get a reset in the place of the
   * close frame that tells it why.
   * @see RFC 6455 §7.1.1
   * @internal
   */
  finished(): void {
    this.ws.leaveReaderEnded();
    this.socket.destroy();
  }

  /** The peer has closed its half of the connection: it never speaks again. @internal */
  peerIsDone(): void {
    // Where there was a close frame, `ws` has a timer of its own.
    if (this.isParting) return;
    this.isParting = true;
    this.listener?.closing('peer');
    // It would wait without end for the reading of a peer that went without one.
    const timer = setTimeout(() => this.ws.terminate(), this.closeTimeoutMs);
    timer.unref();
    this.socket.once('close', () => clearTimeout(timer));
  }

  private partWith(disconnect: Disconnect): void {
    if (this.goodbye) return;
    this.goodbye = disconnect;
    this.socket.on('data', onLateData);
  }

  protected hand(data: Buffer): void {
    // After a close frame nothing of the peer counts any more; after the peer's own, what it sent before still does.
    if (this.goodbye || this.ws.readyState > this.ws.CLOSING) return;
    this.listener?.received(data.toString('utf8'), data.length);
  }

  /** The peer sent what this endpoint does not take. */
  private refuse(disconnect: Disconnect): void {
    this.listener?.closing('server');
    this.close(disconnect);
  }

  protected overfull(): void {
    this.refuse(Disconnect.PolicyViolation);
  }

  terminate(): void {
    this.ws.terminate();
  }

  takeLife(): boolean {
    const { heard } = this.ws;
    this.ws.heard = false;
    return heard;
  }

  ping(): void {
    if (this.ws.readyState === this.ws.OPEN) this.ws.ping();
  }
}

function onDrain(this: Connection): void {
  this[TRANSPORT]?.drained();
}

function onEnd(this: Connection): void {
  endForWs(this);
  this[TRANSPORT]?.peerIsDone();
}

function onFinish(this: Connection): void {
  this[TRANSPORT]?.finished();
}

function onLateData(this: Connection, chunk: Buffer): void {
  this[TRANSPORT]?.cameLate(chunk.length);
}

/** What may have been on its way when a peer was told to go. */
const MAX_LATE_BYTES = 1024 * 1024;
