/** Who is there in a topic, as the hub tells it. */

export interface PresenceMember {
  /** The id of the user, or what `presence.by` gave. */
  readonly userId: string;
  /** Sessions of the member in the topic, on all nodes; 0 while it may come back. */
  readonly sessions: number;
  /** As `presence.attributes` gave them. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

export interface PresenceList {
  /** In the order in which they came, as far as this node has seen it. */
  readonly members: readonly PresenceMember[];
  readonly count: number;
  /** Nodes that were asked and did not answer. */
  readonly missingNodes: readonly string[];
}

/** Knows who is there. */
export interface PresenceSource {
  /** @throws {RpcError} NotFound if nobody keeps who is there in this topic */
  of(topic: string): Promise<PresenceList>;
}

export function listOf(members: readonly PresenceMember[], missingNodes: readonly string[]): PresenceList {
  return { members, count: members.length, missingNodes };
}
