/** This node as one of many: its connection to the broker, its place in the roster, what it says and asks. */
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { NodeCounters } from '../observe/node-counters.js';
import type { ClusterSnapshot } from '../observe/node-status.js';
import { BrokerClock } from './broker-clock.js';
import { EVERYBODY, channelOfNode } from './channels.js';
import { ClusterBusError } from './cluster-bus-error.js';
import type { BusListener, ClusterBus, ClusterEngine, EngineConnection, TextTaker } from './cluster-engine.js';
import { CLUSTER_DEFAULTS } from './cluster-settings.js';
import { ClusterStartError } from './cluster-start-error.js';
import { ClusterLink } from './cluster-link.js';
import { MessageSeal } from './message-seal.js';
import { NodeAsks } from './node-asks.js';
import { newNodeId } from './node-id.js';
import type { ClusterMember } from './node-roster.js';
import { NodeRoster } from './node-roster.js';
import type { SessionDirectory } from './session-directory.js';
import { NO_DIRECTORY, nodeOf } from './session-directory.js';
import { REACH, WaitingPushes } from './waiting-pushes.js';
import { WantedChannels } from './wanted-channels.js';

export interface ClusterLog {
  log(sentence: string): void;
  warn(sentence: string): void;
}

/** What was said to ourselves must come back within so many. */
const DEAF_AFTER_HEARTBEATS = 2;

/** Refused heartbeats in a row after which the connections are made anew; again after twice as many, and so on. */
const RENEWED_AFTER_FAILURES = 3;

const notStarted = (): Promise<never> => Promise.reject(new ClusterBusError('The app has not started yet, or has ended'));

const NOT_STARTED: ClusterBus = {
  publish: notStarted,
  listen: notStarted,
  ignore: () => undefined,
  renew: () => undefined,
};

export class ClusterNode implements BusListener {
  readonly nodeId: string;
  readonly link: ClusterLink;
  readonly asks: NodeAsks;
  readonly topics: WantedChannels;
  /** Where pushes may wait while the broker is away. */
  readonly waiting: WaitingPushes | undefined;
  private readonly heartbeatMs: number;
  private readonly intake: TextTaker;
  private readonly ownChannel: string;
  private readonly clock = new BrokerClock();
  private connection: EngineConnection | undefined;
  private roster: NodeRoster | undefined;
  private readonly members: ClusterMember[] = [];
  private isConnected = false;
  private lostAtMs = 0;
  /** The last heartbeat failed though the broker is in reach. */
  private isUnsaid = false;
  /** Probes that did not come back yet. */
  private unheard = 0;

  /** @param inTurns may let what comes in be taken later, in the order in which it came */
  constructor(
    private readonly engine: ClusterEngine,
    private readonly counters: NodeCounters,
    private readonly log: ClusterLog,
    onFault: (fault: unknown) => void,
    inTurns: (take: TextTaker) => TextTaker = (take) => take,
  ) {
    const { nodeId = newNodeId(), nodeHeartbeatMs, askTimeoutMs, sign, onBrokerLost } = { ...CLUSTER_DEFAULTS, ...engine.settings };
    this.nodeId = nodeId;
    this.ownChannel = channelOfNode(nodeId);
    this.heartbeatMs = nodeHeartbeatMs;
    const bus = (): ClusterBus => this.connection?.bus ?? NOT_STARTED;
    this.link = new ClusterLink(bus, counters, onFault, sign && new MessageSeal(sign, engine.scope ?? '', this.clock));
    const others = (): readonly string[] => this.roster?.others() ?? [];
    this.asks = new NodeAsks(this.link, nodeId, others, askTimeoutMs, onFault);
    this.topics = new WantedChannels(bus, (channel) => this.link.forgetChannel(channel));
    this.asks.on(REACH, () => this.isConnected);
    if (onBrokerLost !== 'reject') {
      const isInReach = () => this.isConnected || !this.connection;
      this.waiting = new WaitingPushes(this.link, this.asks, others, isInReach, onBrokerLost.buffer, 3 * nodeHeartbeatMs, counters);
    }
    this.link.on('probe', () => undefined);
    this.link.on('hello', ({ sender }) => this.roster?.meet(sender));
    this.intake = inTurns((channel, text) => {
      // What waited until the node had left the cluster is not for it any more.
      if (this.connection) this.link.receive(channel, text);
    });
  }

  get sender(): string {
    return this.link.sender;
  }

  /** Whether the node is alive for all that is known, in that generation. */
  knows(sender: string): boolean {
    return this.roster?.knows(sender) ?? false;
  }

  /** Another node that is alive for all that is known, in whatever generation. */
  isThere(nodeId: string): boolean {
    return this.roster?.others().includes(nodeId) ?? false;
  }

  /** Of the broker that is connected. @throws {ClusterBusError} from its methods while there is none */
  get directory(): SessionDirectory {
    return (this.isConnected && this.connection?.directory) || NO_DIRECTORY;
  }

  /** Once for each, before the start. */
  add(member: ClusterMember): void {
    this.members.push(member);
  }

  get status(): ClusterSnapshot {
    return {
      engine: this.engine.name,
      nodeId: this.nodeId,
      isConnected: this.isConnected && this.unheard < DEAF_AFTER_HEARTBEATS,
      isInRoster: this.roster?.isAlive ?? false,
      isSettled: this.members.every((member) => member.isWhole),
      nodes: (this.roster?.others().length ?? 0) + 1,
    };
  }

  /** @throws {ClusterStartError} if the broker cannot be used, or if another node has this one's name */
  async start(): Promise<void> {
    const connection = await this.connect();
    this.connection = connection;
    this.isConnected = true;
    try {
      await Promise.all([connection.bus.listen(EVERYBODY), connection.bus.listen(this.ownChannel)]);
      this.roster = this.newRoster(connection);
      await this.roster.start((ms) => delay(ms));
    } catch (fault) {
      await connection.close();
      throw fault;
    }
    this.log.log(`This node is ${this.nodeId}, one of ${this.status.nodes}, over ${this.engine.name}`);
  }

  /** Leaves the cluster: nobody asks this node any more, and it hears nothing. */
  async stop(): Promise<void> {
    this.topics.stop();
    try {
      await this.roster?.stop();
    } catch {
      // Survived: without the broker nobody can be told; the others notice when the lease is over.
      this.counters.busError('release');
    }
    const { connection } = this;
    this.connection = undefined;
    this.isConnected = false;
    this.waiting?.stop();
    this.asks.stop();
    await connection?.close();
  }

  onMessage(channel: string, text: string): void {
    // Heard as soon as it is here, also if it has to wait for its turn.
    if (channel === this.ownChannel) this.unheard = 0;
    this.intake(channel, text);
  }

  onLost(reason: string): void {
    if (!this.isConnected) return;
    this.isConnected = false;
    this.lostAtMs = performance.now();
    this.counters.busError('connection');
    this.log.warn(`The other nodes are out of reach, ${this.engine.name} is lost: ${reason}`);
  }

  onBack(): void {
    this.unheard = 0;
    if (this.isConnected || !this.connection) return;
    this.isConnected = true;
    this.log.log(`The other nodes are in reach again, after ${Math.round(performance.now() - this.lostAtMs)} ms`);
    void this.roster?.doubt();
    for (const member of this.members) member.back();
    this.waiting?.back();
  }

  private async connect(): Promise<EngineConnection> {
    try {
      return await this.engine.connect(this);
    } catch (cause) {
      throw new ClusterStartError(messageOf(cause), { cause });
    }
  }

  private newRoster({ leases }: EngineConnection): NodeRoster {
    return new NodeRoster(
      this.clock.listening(leases),
      this.nodeId,
      this.heartbeatMs,
      { host: hostname(), pid: process.pid },
      {
        renamed: (sender) => {
          this.link.speakAs(sender);
          // A failure is counted by the link; the others learn of this node with their next heartbeat.
          void this.link.send(EVERYBODY, 'hello', []).catch(() => undefined);
          for (const member of this.members) member.renewed();
        },
        gone: (sender) => {
          this.link.forgetSender(sender);
          for (const member of this.members) member.gone(sender);
          const nodeId = nodeOf(sender);
          if (!this.isThere(nodeId)) this.asks.forget(nodeId);
        },
        beaten: () => {
          this.isUnsaid = false;
          for (const member of this.members) member.tick();
        },
        due: () => this.probe(),
        failed: (failures, fault) => {
          this.counters.busError('heartbeat');
          // While the broker is out of reach it was said already.
          if (this.isConnected && !this.isUnsaid) this.log.warn(`This node could not say that it is alive: ${messageOf(fault)}`);
          this.isUnsaid = this.isConnected;
          // It carries texts and takes no heartbeat, such as one that has become a copy of another: there may be a better one behind the same name.
          if (this.isConnected && Number.isInteger(Math.log2(failures / RENEWED_AFTER_FAILURES))) this.connection?.bus.renew();
        },
      },
    );
  }

  /** A receiving connection can be deaf without an error: so a word to ourselves goes out with each heartbeat. */
  private probe(): void {
    if (!this.isConnected) return;
    if (++this.unheard > DEAF_AFTER_HEARTBEATS) {
      this.counters.busError('deaf');
      this.unheard = 0;
      this.connection?.bus.renew();
      return;
    }
    void this.link.send(this.ownChannel, 'probe', []).catch(() => undefined);
  }
}

function messageOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}
