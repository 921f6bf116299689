/** Tells other nodes which of their sessions were replaced, until they know or are gone. */
import type { NodeAsks } from '../cluster/node-asks.js';
import type { NodeCounters } from '../observe/node-counters.js';

/** Of which the node may not know yet. Beyond it a session is noticed when its place is touched. */
const MAX_UNTOLD = 10_000;
const REPLACE = 'replace';

export class ReplacedElsewhere {
  /** Nodes, by token. */
  private readonly untold = new Map<string, string>();
  private readonly telling = new Set<string>();

  /** @param isThere whether a node is alive @param onReplaced told of places of this node */
  constructor(
    private readonly asks: NodeAsks,
    private readonly isThere: (nodeId: string) => boolean,
    private readonly counters: NodeCounters,
    onReplaced: (token: string) => void,
  ) {
    asks.on(REPLACE, (token) => {
      if (typeof token === 'string') onReplaced(token);
    });
  }

  tell(nodeId: string, token: string): void {
    if (this.untold.size < MAX_UNTOLD) this.untold.set(token, nodeId);
    void this.ask(nodeId, token);
  }

  /** With each heartbeat. */
  tick(): void {
    for (const [token, nodeId] of this.untold) if (!this.telling.has(token)) void this.ask(nodeId, token);
  }

  private async ask(nodeId: string, token: string): Promise<void> {
    this.telling.add(token);
    const { missingNodes } = await this.asks.ask(REPLACE, token, { nodes: [nodeId] });
    this.telling.delete(token);
    // What a node had that is gone is void, and so its sessions are replaced when it is back.
    if (missingNodes.length === 0 || !this.isThere(nodeId)) this.untold.delete(token);
    else this.counters.busError('replace');
  }
}
