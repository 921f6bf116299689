/** What waits to leave one session: in order, bounded in bytes and frames, written once per tick. */
import type { NodeCounters } from '../observe/node-counters.js';
import { ExpendableFrames } from './expendable-frames.js';
import type { FramesWithGaps } from './expendable-frames.js';
import type { Lane } from './flush-lane.js';
import { LANE } from './flush-lane.js';
import type { FlushSchedule } from './flush-schedule.js';
import type { LossReports } from './loss-reports.js';
import { SharedFrame } from './shared-frame.js';
import type { OutboundPolicy, SlowRule } from './slow-rule.js';
import { ruleOf } from './slow-rule.js';
import type { OutboundFrame, Transport } from './transport.js';
import { NO_TRANSPORT } from './transport.js';

/** How much may wait for one slow reader, and what happens beyond it. */
export interface OutboundOptions {
  /** Most bytes that may wait, in the queue and in the socket together. @default 1_048_576 */
  readonly maxBytes?: number;
  /** Most frames that may wait in the queue. @default 1024 */
  readonly maxFrames?: number;
  /**
   * What happens to a push that finds no room: `disconnect` closes the session with 4002, the others drop pushes. The option `topics`
   * can choose something else for a topic. Replies are never dropped.
   * @default 'disconnect'
   */
  readonly policy?: OutboundPolicy;
}

export const OUTBOUND_DEFAULTS: Readonly<Required<OutboundOptions>> = Object.freeze({
  maxBytes: 1024 * 1024,
  maxFrames: 1024,
  policy: 'disconnect',
});

/** What the queues of one node share. */
export interface OutboundSurroundings {
  readonly outbound: Required<OutboundOptions>;
  readonly schedule: FlushSchedule;
  readonly counters: NodeCounters;
  /** Absent if nobody watches. */
  readonly losses?: LossReports;
}

/** `dropped`: by the rule of the frame; `overflow`: it must not be dropped and finds no room, so its reader has to go. */
export type Offer = 'queued' | 'dropped' | 'overflow';

const NONE: FramesWithGaps = [];
Object.freeze(NONE);

export class OutboundQueue {
  // Made with the first frame: most sessions have nothing to send most of the time.
  private frames: FramesWithGaps = NONE;
  private queuedBytes = 0;
  /** The lanes that this queue waits in: a sum of {@link LANE}s. */
  private lanes = 0;
  // Made with the first frame that may be dropped: most sessions have none.
  private expendable: ExpendableFrames | undefined;

  /** @param sessionId whose queue it is, for reports of losses */
  constructor(
    private wire: Transport,
    private readonly surroundings: OutboundSurroundings,
    private readonly sessionId: string,
  ) {}

  get transport(): Transport {
    return this.wire;
  }

  /** Frames that wait here, not counting those that the transport has. */
  get length(): number {
    return this.frames.length - (this.expendable?.gaps ?? 0);
  }

  offer(frame: OutboundFrame): Offer {
    const shared = frame instanceof SharedFrame;
    if (shared && frame.rule !== undefined) return this.offerExpendable(frame, frame.rule);
    const bytes = shared ? frame.bytes : Buffer.byteLength(frame);
    if (!this.hasRoom(bytes) && !this.makeRoom(bytes)) {
      this.lost('disconnect', 1, bytes);
      return 'overflow';
    }
    this.enqueue(frame, bytes);
    return 'queued';
  }

  /** A push of the application to this session alone, which may be dropped if the policy of the session says so. */
  pushFrame(text: string): OutboundFrame {
    const rule = ruleOf(this.surroundings.outbound.policy);
    return rule ? new SharedFrame(text, rule, true) : text;
  }

  /** It is this queue's turn in a lane of the schedule. */
  flush(lane: Lane): void {
    this.lanes &= ~lane;
    this.writeOut();
  }

  /** Hands everything to the transport, unless earlier bytes still wait for the peer. */
  writeOut(): void {
    if (this.wire.writable) this.handOver();
  }

  /**
   * Hands everything to the transport, whether or not the peer keeps up: the bound holds for both together.
   * @param last goes behind everything, over the bound if need be
   */
  handOver(last?: OutboundFrame): void {
    if (last !== undefined) this.append(last, bytesOf(last));
    if (this.frames.length === 0) return;
    const { counters } = this.surroundings;
    const frames = this.expendable && this.expendable.gaps > 0 ? this.frames.filter(isFrame) : (this.frames as OutboundFrame[]);
    counters.framesSent += frames.length;
    counters.bytesSent += this.queuedBytes;
    this.clear();
    this.wire.write(frames);
  }

  clear(): void {
    this.frames = NONE;
    this.queuedBytes = 0;
    this.expendable?.reset();
  }

  /** Lets go of the transport, which is gone. What is still offered leads nowhere. */
  detach(): void {
    this.clear();
    this.wire = NO_TRANSPORT;
  }

  /** Throws away what waits, because its reader is disconnected for being slow. */
  discard(): void {
    if (this.length > 0) this.lost('disconnect', this.length, this.queuedBytes);
    this.clear();
  }

  /** What waits now is not replaced by later values. */
  seal(): void {
    this.expendable?.seal(this.frames);
  }

  private offerExpendable(frame: SharedFrame, { policy, key }: SlowRule): Offer {
    if (key !== undefined && !this.wire.writable && this.conflate(frame, key)) return 'queued';
    if (!this.hasRoom(frame.bytes)) {
      const room = policy === 'drop-newest' ? this.flushed(frame.bytes) : this.makeRoom(frame.bytes);
      if (!room) {
        this.lost(policy, 1, frame.bytes);
        return 'dropped';
      }
    }
    this.enqueue(frame, frame.bytes);
    (this.expendable ??= new ExpendableFrames()).added(this.frames, frame);
    return 'queued';
  }

  private enqueue(frame: OutboundFrame, bytes: number): void {
    this.append(frame, bytes);
    if ((this.lanes & LANE.replies) !== 0) return;
    const { schedule } = this.surroundings;
    if (this.lanes === 0) {
      this.lanes = isForMany(frame) ? LANE.pushes : LANE.replies;
      schedule.add(this, this.lanes as Lane);
    } else if (!isForMany(frame) && schedule.hasten(this)) {
      this.lanes |= LANE.replies;
    }
  }

  private append(frame: OutboundFrame, bytes: number): void {
    if (this.frames === NONE) this.frames = [frame];
    else this.frames.push(frame);
    this.queuedBytes += bytes;
  }

  /** A frame with this key waits already: the new one takes its place. @returns false if there is none, or if the new one does not fit */
  private conflate(frame: SharedFrame, key: string): boolean {
    const { expendable } = this;
    const at = expendable?.placeOf(this.frames, key);
    if (!expendable || at === undefined) return false;
    const former = this.frames[at] as SharedFrame;
    this.lost('conflate', 1, former.bytes);
    const grows = frame.bytes - former.bytes;
    if (grows > 0 && !this.fits(grows, -1, 0)) {
      this.queuedBytes -= expendable.take(this.frames, at).bytes;
      return false;
    }
    expendable.replace(this.frames, at, frame);
    this.queuedBytes += grows;
    return true;
  }

  /** Lets pushes go that may be dropped, the oldest first, until there is room. Nothing goes if that would not be enough. */
  private makeRoom(bytes: number): boolean {
    if (this.flushed(bytes)) return true;
    const { expendable } = this;
    if (!expendable || !this.fits(bytes, -expendable.count, -expendable.bytes)) return false;
    while (!this.hasRoom(bytes)) {
      const dropped = expendable.takeOldest(this.frames);
      this.queuedBytes -= dropped.bytes;
      this.lost(dropped.rule?.policy ?? 'disconnect', 1, dropped.bytes);
    }
    return true;
  }

  /** A burst within one tick may be more than the bound although the peer keeps up: what can leave now makes room. */
  private flushed(bytes: number): boolean {
    this.writeOut();
    return this.hasRoom(bytes);
  }

  private hasRoom(bytes: number): boolean {
    // Asked for every message: gaps are counted only where they decide.
    const { maxBytes, maxFrames } = this.surroundings.outbound;
    if (this.frames.length >= maxFrames && this.length >= maxFrames) return false;
    return this.queuedBytes + this.wire.bufferedBytes + bytes <= maxBytes;
  }

  /** @param frames how many more or fewer are thought to wait @param lessBytes and how many bytes */
  private fits(bytes: number, frames: number, lessBytes: number): boolean {
    const { maxBytes, maxFrames } = this.surroundings.outbound;
    return this.length + frames < maxFrames && this.queuedBytes + lessBytes + this.wire.bufferedBytes + bytes <= maxBytes;
  }

  private lost(policy: string, frames: number, bytes: number): void {
    this.surroundings.counters.drop(policy, frames);
    this.surroundings.losses?.add(this.sessionId, policy, frames, bytes);
  }
}

function bytesOf(frame: OutboundFrame): number {
  return frame instanceof SharedFrame ? frame.bytes : Buffer.byteLength(frame);
}

function isForMany(frame: OutboundFrame): boolean {
  return frame instanceof SharedFrame && !frame.isOwn;
}

function isFrame(frame: OutboundFrame | undefined): frame is OutboundFrame {
  return frame !== undefined;
}
