/** A running app for the tests of the wire. */
import { eventually } from '../support/eventually.js';
import type { NodeParts, RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import type { HeldCall } from './conformance.gateway.js';
import { ConformanceGateway, ExampleGateway } from './conformance.gateway.js';

/** Everything a node is started with; providers come beside the gateways of these tests. */
export function startConformanceNode({ providers = [], ...parts }: NodeParts = {}): Promise<RunningNode> {
  return startNode({ ...parts, providers: [ExampleGateway, ConformanceGateway, ...providers] });
}

/** Waits until so many calls of `hold` have begun; the last of them. */
export function heldCall(node: RunningNode, count = 1): Promise<HeldCall> {
  return eventually(() => {
    const held = node.app.get(ConformanceGateway).held[count - 1];
    if (!held) throw new Error(`Fewer than ${count} calls of hold have begun`);
    return held;
  });
}
