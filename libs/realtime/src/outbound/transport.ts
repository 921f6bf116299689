/** The wire below a session, whatever it is: a WebSocket today, other carriers later. */
import type { Disconnect } from 'nestjs-realtime-protocol';
import type { SharedFrame } from './shared-frame.js';

/** One message on its way out: text for a single receiver, or a frame that many receivers share. */
export type OutboundFrame = string | SharedFrame;

/**
 * What a session needs of its wire. A transport never throws from these methods for faults of the peer: it ends the session instead.
 */
export interface Transport {
  /** Bytes that were handed over and that the kernel has not taken yet. */
  readonly bufferedBytes: number;
  /** False while earlier bytes wait for the peer; the owner is told when that ends. */
  readonly writable: boolean;
  /** While handed-over bytes wait: a number that changes whenever the kernel takes some of them. Undefined while none wait. */
  readonly writeMark: number | undefined;
  /** Writes frames in order, in as few system calls as it can. The array is not kept. */
  write(frames: readonly OutboundFrame[]): void;
  /** Stops reading from the peer. Frames that were read already may still arrive. */
  pause(): void;
  resume(): void;
  /** Says goodbye after what was written before. A peer that does not answer in time is cut off. */
  close(disconnect: Disconnect): void;
  /** Cuts the wire at once; the peer sees an abnormal end. */
  terminate(): void;
  /** True if a control frame of the peer came in since this was last asked. Absent on carriers that have none. */
  takeLife?(): boolean;
  /** Asks the peer for a sign of life. Absent on carriers that have no such question. */
  ping?(): void;
}

/** In the place of one that is gone: takes everything and does nothing. */
export const NO_TRANSPORT: Transport = Object.freeze({
  bufferedBytes: 0,
  writable: true,
  writeMark: undefined,
  write() {},
  pause() {},
  resume() {},
  close() {},
  terminate() {},
});
