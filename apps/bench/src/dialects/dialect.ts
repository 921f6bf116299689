/** How one server's clients talk: what the load sends, and what it reads out of the frames that come back. */
import type { LoadSocket } from '../load/load-socket.js';

/** An answer to a call. */
export interface WireAnswer {
  readonly id: number;
  readonly result: unknown;
}

/** A push to a topic. */
export interface WirePush {
  readonly name: string;
  readonly params: unknown;
}

export interface Dialect {
  /** Path and query of the upgrade request. */
  readonly path: string;
  /** What a client must exchange before its first call; nothing for most. */
  greet?(socket: LoadSocket): Promise<void>;
  call(id: number, method: string, params: unknown): string;
  /** The text that asks for a topic; the answer is an ordinary one. */
  subscribe(id: number, topic: string): string;
  /** @throws {Error} if the frame is no good answer */
  readAnswer(text: string): WireAnswer;
  /** @throws {Error} if the frame is no push */
  readPush(text: string): WirePush;
}
