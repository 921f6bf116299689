/** What a connection keeps of calls that have no answer yet. */
import type { Call } from 'nestjs-realtime-protocol';
import type { FrameLoad } from './call-load.js';
import type { ReplySink } from './call-reply.js';
import type { RegisteredMethod } from './method-registry.js';
import type { RpcCall } from './rpc-call.js';

/** It came while too many were running. */
export interface Waiting {
  readonly call: Call;
  /** Undefined if none has the name. */
  readonly method: RegisteredMethod | undefined;
  readonly sink: ReplySink;
  readonly load: FrameLoad;
  /** Whose session it was when the call was charged. */
  readonly userId: string | undefined;
  /** When its frame came, on the clock of `performance.now()`; absent if nobody watches. */
  readonly arrivedAtMs: number | undefined;
}

/** Its handler is at work. */
export interface Running {
  readonly call: RpcCall;
  readonly sink: ReplySink;
  readonly load: FrameLoad;
  /** Where it stands among the running calls. */
  key: unknown;
  timer: NodeJS.Timeout | undefined;
  answered: boolean;
}

// Shared by all sessions that have none, never written to.
export const NONE_RUNNING = new Map<unknown, Running>();
export const NONE_WAITING: Waiting[] = [];

/** @returns false if the call was answered or given up before */
export function settle(entry: Running): boolean {
  if (entry.answered) return false;
  entry.answered = true;
  clearTimeout(entry.timer);
  return true;
}
