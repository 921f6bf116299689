/** Whether this node takes new sessions. */

/** `leaving`: wants no more sessions, and takes those that come all the same. `draining`: says goodbye to its sessions and takes no new ones. */
export type NodeStateName = 'running' | 'leaving' | 'draining' | 'stopped';

const ORDER: readonly NodeStateName[] = ['running', 'leaving', 'draining', 'stopped'];

export class NodeState {
  private name: NodeStateName = 'running';

  get current(): NodeStateName {
    return this.name;
  }

  get takesSessions(): boolean {
    return this.name === 'running' || this.name === 'leaving';
  }

  /** @returns false if the node is there already or beyond: it never goes back */
  advance(to: NodeStateName): boolean {
    if (ORDER.indexOf(to) <= ORDER.indexOf(this.name)) return false;
    this.name = to;
    return true;
  }
}
