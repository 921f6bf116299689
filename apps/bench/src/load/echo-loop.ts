/** A closed loop of calls that come back with their params. */
import type { Dialect } from '../dialects/dialect.js';
import { CallLoop } from './call-loop.js';

export class EchoLoop extends CallLoop {
  /** @param depth requests in a window */
  constructor(dialect: Dialect, depth: number, params: object) {
    super(dialect, depth, { method: 'echo', params, result: params });
  }
}
