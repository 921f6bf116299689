/** Nodes for the cases of a contract. */
import type { BusListener, ClusterEngine, EngineConnection } from '../cluster/cluster-engine.js';

/** One promise of a port. */
export interface ContractCase {
  readonly title: string;
  /** @throws {AssertionError} if the engine does not keep it */
  run(nodes: ContractNodes): Promise<void>;
}

/** Makes engines of one cluster: each call is another node. What they are made of is for the caller to close. */
export type MakeEngine = () => ClusterEngine | Promise<ClusterEngine>;

/** A node of a case: what it received, and its connection. */
export interface ContractNode extends EngineConnection {
  readonly received: readonly { readonly channel: string; readonly text: string }[];
  /** Texts of one channel, in the order in which they came. */
  textsOf(channel: string): string[];
}

export class ContractNodes {
  private readonly connections: EngineConnection[] = [];

  constructor(private readonly makeEngine: MakeEngine) {}

  async connect(): Promise<ContractNode> {
    const received: { channel: string; text: string }[] = [];
    const listener: BusListener = {
      onMessage: (channel, text) => void received.push({ channel, text }),
      onLost: () => undefined,
      onBack: () => undefined,
    };
    const engine = await this.makeEngine();
    const connection = await engine.connect(listener);
    this.connections.push(connection);
    const { bus, leases, directory } = connection;
    const textsOf = (channel: string): string[] => received.filter((one) => one.channel === channel).map(({ text }) => text);
    return { bus, leases, directory, received, textsOf, close: () => connection.close() };
  }

  async close(): Promise<void> {
    for (const connection of this.connections) await connection.close();
  }
}
