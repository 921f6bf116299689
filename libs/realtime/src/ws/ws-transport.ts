/** Carries a session over one WebSocket. */
import type { Duplex } from 'node:stream';
import { Disconnect } from 'nestjs-realtime-protocol';
import type { WebSocket } from 'ws';
import type { OutboundFrame, Transport } from '../session/transport.js';
import { PLAIN_FORMAT } from './frame-runs.js';
import { InboundBacklog, MESSAGES_PER_TURN } from './inbound-backlog.js';
import type { SessionSocket } from './session-socket.js';
import type { WireFormat } from './wire-format.js';

/** Who is told what happens on the wire. */
export interface WireListener {
  received(text: string, bytes: number): void;
  drained(): void;
  /** A close frame is on its way that the session did not ask for; `ended` follows. */
  closing(by: 'server' | 'peer'): void;
  ended(code: number, reason: string, wasClean: boolean): void;
}

export class WsTransport implements Transport {
  private goodbye: Disconnect | undefined;
  /** Messages that the running read has brought so far. */
  private inTurn = 0;
  /** What the peer sent after our close frame. */
  private lateBytes = 0;
  /** What the last read brought beyond its share; while there is one the socket is not read. */
  private backlog: InboundBacklog | undefined;
  /** True while the owner does not want to read. */
  private held = false;

  /**
   * @param socket the connection below the WebSocket: frames are built here and written to it directly, which is what lets
   * many receivers share one frame and many replies share one write. Control frames stay with `ws`.
   * @param closeTimeoutMs how long a peer that will not speak again may take to accept what is on its way
   */
  constructor(
    private readonly ws: SessionSocket,
    private readonly socket: Duplex,
    private readonly closeTimeoutMs: number,
    private readonly format: WireFormat = PLAIN_FORMAT,
  ) {}

  get bufferedBytes(): number {
    return this.socket.writableLength;
  }

  get writable(): boolean {
    // Within one tick Node asks to wait for a drain although the kernel may have taken everything at once.
    return !this.socket.writableNeedDrain || this.socket.writableLength === 0;
  }

  get writeMark(): number | undefined {
    const waiting = this.socket.writableLength;
    if (waiting === 0) return undefined;
    // A large write is one request to the kernel, which takes it bit by bit as the peer reads. Only the handle knows how far it is;
    // Node's own timeout of sockets looks at the same number.
    const { bytesWritten = 0, _handle } = this.socket as Duplex & MeteredSocket;
    // With TLS it is the handle below that of the encryption, which has encrypted everything at once.
    return bytesWritten - waiting - ((_handle?._parent ?? _handle)?.writeQueueSize ?? 0);
  }

  /** Begins to tell the listener what happens; called once. */
  listen(listener: WireListener): void {
    const { ws } = this;
    ws.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.refuse(Disconnect.UnsupportedData, listener);
      else if (this.backlog) this.backlog.push(data);
      else if (++this.inTurn > MESSAGES_PER_TURN) this.putOff(data, listener);
      else this.hand(data, listener);
    });
    // Before `ws` reads the chunk.
    this.socket.prependListener('data', (chunk: Buffer) => this.chunkCame(chunk));
    ws.on('close', (code: number, reason: Buffer) => {
      this.backlog?.clear();
      const wasClean = code !== 1006;
      // Our own goodbye counts, whatever a peer that was sent away echoes.
      if (this.goodbye) listener.ended(this.goodbye.code, this.goodbye.reason, wasClean);
      else listener.ended(code, reason.toString('utf8'), wasClean);
    });
    ws.on('error', (error: Error & { code?: string }) => {
      // `ws` closes by itself when a peer breaks the protocol. Faults of the connection have other codes; they only end it.
      if (!error.code || !OF_THE_PROTOCOL.test(error.code)) return;
      this.goodbye ??= GOODBYE_BY_ERROR[error.code] ?? (error.code.startsWith('Z_') ? Disconnect.InvalidPayload : Disconnect.ProtocolError);
      listener.closing('server');
    });
    // One function for all sockets, so that the heartbeat costs a session no closure.
    ws.on('ping', hear);
    ws.on('pong', hear);
    ws.onClosing = () => {
      if (this.goodbye) return;
      // What the peer sent before its goodbye counts; the answers cannot reach it any more.
      this.backlog?.flush();
      listener.closing('peer');
    };
    this.socket.on('drain', () => listener.drained());
    this.socket.on('end', () => this.peerIsDone(listener));
  }

  write(frames: readonly OutboundFrame[]): void {
    // Nothing may follow a close frame. @see RFC 6455 §5.5.1
    if (this.ws.readyState !== this.ws.OPEN) return;
    const buffers = this.format.buffersOf(frames);
    if (buffers.length === 1) {
      this.socket.write(buffers[0]);
      return;
    }
    this.socket.cork();
    for (const buffer of buffers) this.socket.write(buffer);
    this.socket.uncork();
  }

  pause(): void {
    this.held = true;
    this.ws.pause();
  }

  resume(): void {
    this.held = false;
    if (!this.backlog) this.ws.resume();
  }

  close(disconnect: Disconnect): void {
    this.goodbye ??= disconnect;
    // A reader that was paused by us must still be able to answer our close frame.
    this.ws.resume();
    this.ws.close(disconnect.code, disconnect.reason);
  }

  private chunkCame(chunk: Buffer): void {
    this.inTurn = 0;
    // Who was told to go may still be sending what it began; more than that is not worth reading.
    if (this.goodbye && (this.lateBytes += chunk.length) > MAX_LATE_BYTES) this.ws.terminate();
  }

  private hand(data: Buffer, listener: WireListener): void {
    // After a close frame nothing of the peer counts any more; after the peer's own, what it sent before still does.
    if (this.goodbye || this.ws.readyState > this.ws.CLOSING) return;
    listener.received(data.toString('utf8'), data.length);
  }

  private putOff(data: Buffer, listener: WireListener): void {
    this.backlog = new InboundBacklog(
      (message) => this.hand(message, listener),
      () => {
        this.backlog = undefined;
        this.inTurn = 0;
        if (!this.held) this.ws.resume();
      },
    );
    this.ws.pause();
    this.backlog.push(data);
  }

  /** The peer has closed its half of the connection: it never speaks again, and `ws` would wait for its reading without end. */
  private peerIsDone(listener: WireListener): void {
    if (!this.goodbye) listener.closing('peer');
    const timer = setTimeout(() => this.ws.terminate(), this.closeTimeoutMs);
    timer.unref();
    this.socket.once('close', () => clearTimeout(timer));
  }

  /** The peer sent what this endpoint does not take. */
  private refuse(disconnect: Disconnect, listener: WireListener): void {
    listener.closing('server');
    this.close(disconnect);
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

/** `ws` calls its listeners with itself as `this`. */
function hear(this: WebSocket): void {
  (this as SessionSocket).heard = true;
}

interface MeteredHandle {
  readonly writeQueueSize?: number;
}

/** What a TCP or TLS socket knows of its writing; other streams know nothing of it. */
interface MeteredSocket {
  readonly bytesWritten?: number;
  readonly _handle?: (MeteredHandle & { readonly _parent?: MeteredHandle }) | null;
}

/** What may have been on its way when a peer was told to go. */
const MAX_LATE_BYTES = 1024 * 1024;

/** Errors of frames: `WS_ERR_…`, or `Z_…` of zlib for what cannot be decompressed. */
const OF_THE_PROTOCOL = /^(?:WS_ERR|Z)_/;

/** What `ws` closes with, by the code of its error. @see RFC 6455 §7.4.1 */
const GOODBYE_BY_ERROR: Readonly<Record<string, Disconnect>> = Object.freeze({
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: Disconnect.FrameTooLarge,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: Disconnect.FrameTooLarge,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: Disconnect.PolicyViolation,
  WS_ERR_INVALID_UTF8: Disconnect.InvalidPayload,
});
