/** Who is alive. Says so of this node every heartbeat, and learns in the same step of the others. */
import { randomBytes } from 'node:crypto';
import { ClusterStartError } from './cluster-start-error.js';
import type { Lease, LeasedNode, NodeLeases } from './cluster-engine.js';

/** A node that has missed so many heartbeats is dead to all. */
const MISSED_HEARTBEATS = 3;

export interface RosterEvents {
  /** The first sign of life of a new generation was given; before, the node had none or lost it. */
  renamed(sender: string): void;
  /** A generation of another node is there no longer. */
  gone(sender: string): void;
  /** Once every heartbeat, whatever became of the one before. */
  due(): void;
  /** The lease was said. */
  beaten(): void;
  /** The lease could not be said. @param failures how often in a row */
  failed(failures: number, fault: unknown): void;
}

/** What belongs to this node and has to be made good again with the broker. */
export interface ClusterMember {
  /** False while the broker may not know of everything. */
  readonly isWhole: boolean;
  /** The node joined, or lost its lease and has another generation: what the broker knew of it is void. */
  renewed(): void;
  /** With each heartbeat. */
  tick(): void;
  /** The broker was away for a moment. */
  back(): void;
  /** A node is gone, with what it had. @param sender its id and generation */
  gone(sender: string): void;
}

/** A name of a node and of one of its generations, as messages bear it. */
export function senderOf({ nodeId, generation }: Pick<LeasedNode, 'nodeId' | 'generation'>): string {
  return `${nodeId}|${generation}`;
}

export class NodeRoster {
  private generation = newGeneration();
  private isHeld = false;
  private view: readonly LeasedNode[] = [];
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> | undefined;
  private heldUntilMs = 0;
  /** A sign of life from before this says nothing. */
  private doubtedAtMs = 0;
  private failures = 0;
  /** Alive for all that is known, though the broker did not name them yet. */
  private remembered: readonly LeasedNode[] = [];
  private rememberedUntilMs = 0;
  private isOver = false;

  /** @param now a clock that only grows, in ms */
  constructor(
    private readonly leases: NodeLeases,
    readonly nodeId: string,
    private readonly heartbeatMs: number,
    /** What the others may read of this node. */
    private readonly facts: Readonly<Record<string, unknown>>,
    private readonly events: RosterEvents,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get leaseMs(): number {
    return this.heartbeatMs * MISSED_HEARTBEATS;
  }

  /** Whether the others know that this node lives: its last sign of life is no older than its lease. */
  get isAlive(): boolean {
    return this.isHeld && this.now() < this.heldUntilMs;
  }

  /** The ids of the others, as they were at the last heartbeat that came through. */
  others(): readonly string[] {
    return this.view.filter(({ nodeId }) => nodeId !== this.nodeId).map(({ nodeId }) => nodeId);
  }

  knows(sender: string): boolean {
    return this.view.some((node) => senderOf(node) === sender);
  }

  /**
   * Takes the place of this node. A former process of the same name that was killed has it until its lease is over: that is waited for.
   * @throws {ClusterStartError} if another process that is alive has it
   */
  async start(wait: (ms: number) => Promise<void>): Promise<void> {
    const patience = MISSED_HEARTBEATS + 1;
    for (let attempt = 0; ; attempt++) {
      const taken = await this.beat();
      if (taken === undefined) break;
      if (attempt === patience) throw new ClusterStartError(`nodeId: another node that runs is called ${this.nodeId}${taken}`);
      await wait(this.heartbeatMs);
    }
    this.timer = setInterval(() => {
      this.events.due();
      void this.look();
    }, this.heartbeatMs);
    this.timer.unref();
  }

  /** A node has said that it is there: that is known at once, and not with the next heartbeat. */
  meet(sender: string): void {
    const at = sender.lastIndexOf('|');
    const node: LeasedNode = { nodeId: sender.slice(0, at), generation: sender.slice(at + 1), facts: '{}' };
    if (at < 1 || this.view.some(({ nodeId }) => nodeId === node.nodeId)) return;
    this.view = [...this.view, node];
    this.remember([...this.remembered, node], this.heartbeatMs);
  }

  /** The broker was away and may have forgotten: nothing is certain before the next sign of life. */
  async doubt(): Promise<void> {
    this.doubtedAtMs = this.now();
    this.heldUntilMs = 0;
    await this.look();
    // One that was under way has told of before.
    if (!this.isAlive) await this.look();
  }

  /** A heartbeat now. */
  look(): Promise<void> {
    // One at a time: a slow broker must not be asked more often than it answers.
    return (this.beating ??= this.survive().finally(() => (this.beating = undefined)));
  }

  /** Gives the place back, so that nobody waits for this node. @throws if the broker cannot be asked */
  async stop(): Promise<void> {
    this.isOver = true;
    clearInterval(this.timer);
    await this.beating;
    if (this.isHeld) await within(this.leaseMs, this.leases.release(this.lease()));
    this.isHeld = false;
  }

  private async survive(): Promise<void> {
    try {
      await this.beat();
      this.failures = 0;
      this.events.beaten();
    } catch (fault) {
      // Survived: the next heartbeat tries again. Whoever asks for readiness is told.
      this.events.failed(++this.failures, fault);
    }
  }

  /** @returns what is known of the holder if somebody else has the name */
  private async beat(): Promise<string | undefined> {
    if (this.isOver) return undefined;
    const startedAtMs = this.now();
    const { verdict, nodes } = await within(this.leaseMs, this.leases.beat(this.lease()));
    if (verdict === 'held') {
      if (!this.isHeld) this.events.renamed(senderOf({ nodeId: this.nodeId, generation: this.generation }));
      this.isHeld = true;
      // From before the question: the broker may have counted from then.
      if (startedAtMs >= this.doubtedAtMs) this.heldUntilMs = startedAtMs + this.leaseMs;
      this.learn(nodes);
      return undefined;
    }
    this.isHeld = false;
    // The others may have given away what this generation had: it does not come back.
    this.generation = newGeneration();
    if (verdict === 'lost') {
      // A broker that has forgotten everybody learns of each node in its turn.
      this.remember(this.view, this.leaseMs);
      return this.beat();
    }
    const holder = nodes.find(({ nodeId }) => nodeId === this.nodeId);
    return holder ? ` (${holder.facts})` : '';
  }

  private remember(nodes: readonly LeasedNode[], ms: number): void {
    this.remembered = nodes.filter(({ nodeId }) => nodeId !== this.nodeId);
    this.rememberedUntilMs = Math.max(this.rememberedUntilMs, this.now() + ms);
  }

  private learn(nodes: readonly LeasedNode[]): void {
    const before = this.view;
    const known = new Set(nodes.map(({ nodeId }) => nodeId));
    this.remembered = this.now() < this.rememberedUntilMs ? this.remembered.filter(({ nodeId }) => !known.has(nodeId)) : [];
    this.view = [...nodes, ...this.remembered];
    const alive = new Set(this.view.map(senderOf));
    for (const node of before) if (!alive.has(senderOf(node))) this.events.gone(senderOf(node));
  }

  private lease(): Lease {
    const { nodeId, generation, leaseMs, isHeld } = this;
    return { nodeId, generation, leaseMs, isHeld, facts: JSON.stringify(this.facts) };
  }
}

/** A broker that never answers must not stop the heartbeat. */
async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('The broker did not answer in time')), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function newGeneration(): string {
  return randomBytes(6).toString('base64url');
}
