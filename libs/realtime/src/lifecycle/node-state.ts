/** Whether this node takes new sessions. */

/** `draining`: says goodbye to its sessions and takes no new ones. */
export type NodeStateName = 'running' | 'draining' | 'stopped';

const ORDER: readonly NodeStateName[] = ['running', 'draining', 'stopped'];

export class NodeState {
  private name: NodeStateName = 'running';

  get current(): NodeStateName {
    return this.name;
  }

  /** @returns false if the node is there already or beyond: it never goes back */
  advance(to: NodeStateName): boolean {
    if (ORDER.indexOf(to) <= ORDER.indexOf(this.name)) return false;
    this.name = to;
    return true;
  }
}
