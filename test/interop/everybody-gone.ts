/** Waits until a node has no sessions any more: what a client left behind would still be one. */
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';

export function everybodyGone(node: RunningNode): Promise<void> {
  return eventually(() => {
    const { open, closing } = node.hub.stats().sessions;
    if (open + closing > 0) throw new Error(`${open} sessions are open, ${closing} are closing`);
  });
}
