/** The roster in a bucket of JetStream, whose server takes out what is not renewed: its clock alone counts. */
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import { JetStreamApiError, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Lease, LeaseView, LeasedNode, NodeLeases } from '../cluster/cluster-engine.js';
import { WRONG_LAST_SEQUENCE, isMissing } from './nats-faults.js';
import { ensureStream } from './nats-streams.js';

const TIMEOUT_MS = 2_000;

const TEXT = new TextDecoder();

interface Value {
  readonly generation: string;
  readonly facts: string;
}

interface StoredNode extends LeasedNode {
  readonly sequence: number;
  readonly storedAtMs: number;
}

export class NatsLeases implements NodeLeases {
  /** Sequence of this node's last sign of life. */
  private sequence = 0;
  /** Nodes and their generations as they were read last. */
  private senders: ReadonlySet<string> = new Set();

  private constructor(
    private readonly stream: JetStreamClient,
    private readonly manager: JetStreamManager,
    private readonly streamName: string,
    private readonly prefix: string,
    private readonly connection: NatsConnection,
  ) {}

  /** @param name of the stream; letters, digits, `-` and `_` @param prefix begins its subjects */
  static async open(connection: NatsConnection, name: string, prefix: string): Promise<NatsLeases> {
    const leases = new NatsLeases(jetstream(connection), await jetstreamManager(connection), name, prefix, connection);
    await leases.makeStream();
    return leases;
  }

  async beat(lease: Lease): Promise<LeaseView> {
    try {
      return await this.beatOnce(lease);
    } catch (fault) {
      // The server was started anew and has forgotten the stream.
      if (!isMissing(fault)) throw fault;
      await this.makeStream();
      return this.beatOnce(lease);
    }
  }

  /** Whether the node was alive in this generation when the roster was read last. */
  knows(sender: string): boolean {
    return this.senders.has(sender);
  }

  /** Reads the roster. @throws if the broker cannot be asked */
  async look(): Promise<void> {
    await this.read();
  }

  async release({ nodeId, generation }: Lease): Promise<void> {
    const holder = (await this.read()).find((node) => node.nodeId === nodeId);
    if (holder?.generation === generation) await this.manager.streams.purge(this.streamName, { filter: this.subjectOf(nodeId) });
  }

  private async beatOnce(lease: Lease): Promise<LeaseView> {
    const { nodeId, generation, isHeld } = lease;
    const isTaken = await this.isTaken(lease);
    const nodes = await this.read();
    const holder = nodes.find((node) => node.nodeId === nodeId);
    // Stored this moment by the server, which has written its time beside it.
    if (!isTaken) return { verdict: 'held', nodes, ...(holder ? { brokerTimeMs: holder.storedAtMs } : {}) };
    if (holder?.generation === generation) {
      // Our own write, whose answer was lost.
      this.sequence = holder.sequence;
      return { verdict: 'held', nodes };
    }
    if (!holder && !isHeld) throw new Error('The roster in NATS is about to change; the next heartbeat will tell');
    return { verdict: holder ? 'taken' : 'lost', nodes };
  }

  /** Says that the node lives. @returns true if somebody else wrote last */
  private async isTaken({ nodeId, generation, facts, leaseMs, isHeld }: Lease): Promise<boolean> {
    const value: Value = { generation, facts };
    try {
      const { seq } = await this.stream.publish(this.subjectOf(nodeId), JSON.stringify(value), {
        // Whole seconds, at least one. @see ADR-43 of NATS
        ttl: `${Math.max(1, Math.ceil(leaseMs / 1_000))}s`,
        expect: { lastSubjectSequence: isHeld ? this.sequence : 0 },
        timeout: TIMEOUT_MS,
      });
      this.sequence = seq;
      return false;
    } catch (fault) {
      if (fault instanceof JetStreamApiError && fault.code === WRONG_LAST_SEQUENCE) return true;
      throw fault;
    }
  }

  /** In one question: a consumer would have to be looked after. */
  private async read(): Promise<StoredNode[]> {
    const nodes: StoredNode[] = [];
    const found = await this.manager.direct.getLastMessagesFor(this.streamName, { multi_last: [`${this.prefix}*`] });
    for await (const { subject, data, seq: sequence, time } of found) {
      const nodeId = Buffer.from(subject.slice(this.prefix.length), 'base64url').toString();
      const { generation, facts } = JSON.parse(TEXT.decode(data)) as Value;
      nodes.push({ nodeId, generation, facts, sequence, storedAtMs: time.getTime() });
    }
    this.senders = new Set(nodes.map((node) => `${node.nodeId}|${node.generation}`));
    return nodes;
  }

  private makeStream(): Promise<void> {
    return ensureStream(this.connection, this.manager, {
      name: this.streamName,
      subjects: [`${this.prefix}*`],
      allow_direct: true,
      description: 'Nodes of nestjs-realtime that are alive',
    });
  }

  private subjectOf(nodeId: string): string {
    return this.prefix + Buffer.from(nodeId).toString('base64url');
  }
}
