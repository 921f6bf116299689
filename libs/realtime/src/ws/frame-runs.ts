/** Several frames for one socket as few buffers, and as the same buffer for sockets that are owed the same frames. */
import { SharedFrame } from '../session/shared-frame.js';
import type { OutboundFrame } from '../session/transport.js';
import { joinedFrames, wireOf } from './ws-frame.js';

/** Above this a copy costs more than it saves, and the frames are written as they are. */
const MAX_JOINED_BYTES = 64 * 1024;

let lastRun: readonly OutboundFrame[] = [];
let lastJoined: Buffer | undefined;

/** The bytes of a run of frames. What was joined for one socket is reused for the next if it is owed the very same frames. */
export function buffersOf(frames: readonly OutboundFrame[]): readonly Buffer[] {
  if (frames.length === 1) return [wireOf(frames[0] as OutboundFrame)];
  if (lastJoined && isLastRun(frames)) return [lastJoined];
  let bytes = 0;
  let shared = true;
  for (const frame of frames) {
    if (frame instanceof SharedFrame) {
      bytes += frame.bytes;
    } else {
      bytes += frame.length;
      shared = false;
    }
  }
  if (bytes > MAX_JOINED_BYTES) return frames.map(wireOf);
  const joined = joinedFrames(frames);
  if (shared) {
    if (!lastJoined) process.nextTick(forgetRun);
    lastRun = frames;
    lastJoined = joined;
  }
  return [joined];
}

/** Kept for the sockets of one tick only. */
function forgetRun(): void {
  lastRun = [];
  lastJoined = undefined;
}

function isLastRun(frames: readonly OutboundFrame[]): boolean {
  if (frames.length !== lastRun.length) return false;
  for (let i = 0; i < frames.length; i++) if (frames[i] !== lastRun[i]) return false;
  return true;
}
