/** A closed loop of calls: a window of requests in one write, then all their answers, then the next window. */
import { isDeepStrictEqual } from 'node:util';
import type { Dialect } from '../dialects/dialect.js';
import { LearnedFrames } from './learned-frames.js';
import type { LoadSocket } from './load-socket.js';
import { textFrames } from './masked-frame.js';

/** A call and its right answer. */
export interface Exchange {
  readonly method: string;
  readonly params: object;
  readonly result: unknown;
}

export class CallLoop {
  private readonly window: Buffer;
  private readonly answers: LearnedFrames;

  /** @param depth requests in a window */
  constructor(
    dialect: Dialect,
    private readonly depth: number,
    { method, params, result: expected }: Exchange,
  ) {
    const ids = Array.from({ length: depth }, (_, index) => index + 1);
    this.window = textFrames(ids.map((id) => dialect.call(id, method, params)));
    // All servers here answer such calls of one connection in the order in which they were asked.
    this.answers = new LearnedFrames((text, index) => {
      const { id, result } = dialect.readAnswer(text);
      if (id !== ids[index] || !isDeepStrictEqual(result, expected)) throw new Error(`Wrong answer to call ${ids[index]}: ${text}`);
    });
  }

  /** Sends `windows` windows and waits for all answers. */
  run(socket: LoadSocket, windows: number): Promise<void> {
    return new Promise((resolve) => {
      let answered = 0;
      let sent = 1;
      socket.onText = (bytes, start, end) => {
        if (sent > windows) throw new Error('More answers than calls');
        this.answers.verify(answered++, bytes, start, end);
        if (answered < this.depth) return;
        answered = 0;
        if (sent++ < windows) socket.write(this.window);
        else resolve();
      };
      socket.write(this.window);
    });
  }
}
