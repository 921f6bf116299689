/** What waits to leave one session: in order, bounded in bytes and frames, written once per tick. */
import { NodeCounters } from '../observe/node-counters.js';
import type { FlushSchedule } from './flush-schedule.js';
import { SharedFrame } from './shared-frame.js';
import type { OutboundFrame, Transport } from './transport.js';

/** How much may wait for one slow reader, and what happens beyond it. */
export interface OutboundOptions {
  /** Most bytes that may wait, in the queue and in the socket together. @default 1_048_576 */
  readonly maxBytes?: number;
  /** Most frames that may wait in the queue. @default 1024 */
  readonly maxFrames?: number;
  /** What happens when a frame finds no room: `disconnect` closes the session with 4002. @default 'disconnect' */
  readonly policy?: OutboundPolicy;
}

/** The policies that are built in so far. */
export const OUTBOUND_POLICIES = Object.freeze(['disconnect'] as const);
export type OutboundPolicy = (typeof OUTBOUND_POLICIES)[number];

export const OUTBOUND_DEFAULTS: Readonly<Required<OutboundOptions>> = Object.freeze({
  maxBytes: 1024 * 1024,
  maxFrames: 1024,
  policy: 'disconnect',
});

/** Whether a frame was taken; `overflow` leaves the queue as it was, and its owner acts by the policy. */
export type Offer = 'queued' | 'overflow';

export class OutboundQueue {
  private frames: OutboundFrame[] = [];
  private queuedBytes = 0;
  private scheduled = false;

  constructor(
    private readonly transport: Transport,
    private readonly limits: Required<OutboundOptions>,
    private readonly schedule: FlushSchedule,
    private readonly counters: NodeCounters = new NodeCounters(),
  ) {}

  /** Frames that wait here, not counting those that the transport has. */
  get length(): number {
    return this.frames.length;
  }

  offer(frame: OutboundFrame): Offer {
    const bytes = frame instanceof SharedFrame ? frame.bytes : Buffer.byteLength(frame);
    if (!this.hasRoom(bytes)) {
      // A burst within one tick may be more than the bound although the peer keeps up: what can leave now makes room.
      this.flush();
      if (!this.hasRoom(bytes)) return 'overflow';
    }
    this.frames.push(frame);
    this.queuedBytes += bytes;
    if (!this.scheduled) {
      this.scheduled = true;
      this.schedule.add(this);
    }
    return 'queued';
  }

  /** Hands everything to the transport, unless earlier bytes still wait for the peer. */
  flush(): void {
    this.scheduled = false;
    if (this.transport.writable) this.handOver();
  }

  /**
   * Hands everything to the transport, whether or not the peer keeps up: the bound holds for both together.
   * @param last goes behind everything, over the bound if need be
   */
  handOver(last?: OutboundFrame): void {
    if (last !== undefined) this.frames.push(last);
    if (this.frames.length === 0) return;
    const frames = this.frames;
    this.counters.framesSent += frames.length;
    this.counters.bytesSent += this.queuedBytes;
    this.frames = [];
    this.queuedBytes = 0;
    this.transport.write(frames);
  }

  clear(): void {
    this.frames = [];
    this.queuedBytes = 0;
  }

  private hasRoom(bytes: number): boolean {
    return this.frames.length < this.limits.maxFrames && this.queuedBytes + this.transport.bufferedBytes + bytes <= this.limits.maxBytes;
  }
}
