/** All that a door needs to let somebody in: who judges, who makes the session, and whether the node still takes any. */
import type { NodeState } from '../lifecycle/node-state.js';
import type { Admission } from './admission.js';
import type { SessionAcceptor } from './session-acceptor.js';

export class Entrance {
  constructor(
    readonly admission: Admission,
    readonly acceptor: SessionAcceptor,
    private readonly state: NodeState,
  ) {}

  /** False from the moment that a drain begins. */
  get isOpen(): boolean {
    return this.state.takesSessions;
  }
}
