/** On how many nodes a user has sessions: each gives it as large a part of the user's rate. */
import type { ClusterLink } from '../cluster/cluster-link.js';
import { channelOfNode } from '../cluster/channels.js';

const SHARE = 'share';

export class UserShares {
  /** Users of this node who have sessions on others too. */
  private readonly nodes = new Map<string, Set<string>>();
  /** Places of this node, by user. */
  private readonly places = new Map<string, number>();

  constructor(
    private readonly link: ClusterLink,
    private readonly nodeId: string,
  ) {
    link.on(SHARE, ({ facts: [userId, node, isThere] }) => {
      if (typeof userId !== 'string' || typeof node !== 'string' || !this.places.has(userId)) return;
      if (isThere === true) this.of(userId).add(node);
      else this.without(userId, node);
    });
  }

  /** 1 for a user who is here alone. */
  count(userId: string): number {
    return this.nodes.get(userId)?.size ?? 1;
  }

  /** The user has one more place here. @param nodes where there are any, this node included */
  came(userId: string, nodes: readonly string[]): void {
    const count = this.places.get(userId) ?? 0;
    this.places.set(userId, count + 1);
    this.known(userId, nodes);
    if (count === 0) this.tell(userId, nodes, true);
  }

  /** The directory has told anew where the user is. */
  known(userId: string, nodes: readonly string[]): void {
    if (nodes.length > 1) this.nodes.set(userId, new Set(nodes));
    else this.nodes.delete(userId);
  }

  /** The user has one place less here. */
  left(userId: string): void {
    const count = (this.places.get(userId) ?? 0) - 1;
    if (count > 0) {
      this.places.set(userId, count);
    } else {
      this.places.delete(userId);
      this.nodes.delete(userId);
    }
  }

  /** The user has nothing here any more. @param nodes where there is something still */
  tellLeft(userId: string, nodes: readonly string[]): void {
    if (!this.places.has(userId)) this.tell(userId, nodes, false);
  }

  /** A node is gone. */
  forget(node: string): void {
    for (const userId of [...this.nodes.keys()]) this.without(userId, node);
  }

  private of(userId: string): Set<string> {
    let nodes = this.nodes.get(userId);
    if (!nodes) this.nodes.set(userId, (nodes = new Set([this.nodeId])));
    return nodes;
  }

  private without(userId: string, node: string): void {
    const nodes = this.nodes.get(userId);
    if (nodes?.delete(node) && nodes.size < 2) this.nodes.delete(userId);
  }

  private tell(userId: string, nodes: readonly string[], isThere: boolean): void {
    for (const node of nodes) {
      // A failure is counted by the link; the next touch of a place tells it all.
      if (node !== this.nodeId) void this.link.send(channelOfNode(node), SHARE, [userId, this.nodeId, isThere]).catch(() => undefined);
    }
  }
}
