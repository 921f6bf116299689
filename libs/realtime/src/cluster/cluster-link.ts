/** Sends and takes messages of the cluster: counts them, passes over this node's own, and notices what got lost on the way. */
import type { NodeCounters } from '../observe/node-counters.js';
import { asBusError } from './cluster-bus-error.js';
import type { ClusterBus } from './cluster-engine.js';
import type { ClusterMessage, Fact, MessageFault } from './cluster-message.js';
import { encodeMessage, parseMessage } from './cluster-message.js';
import type { MessageSeal } from './message-seal.js';

/** Told of a message from another node. */
export type MessageHandler = (message: ClusterMessage) => void;

/** Channels whose last sequence is remembered by whoever publishes; of those that were forgotten no hole is noticed. */
const MAX_REMEMBERED = 10_000;

/** Senders of one channel whose last sequence is remembered: there are not more nodes, but anybody can make up names. */
const MAX_SENDERS = 1_000;

export class ClusterLink {
  private readonly handlers = new Map<string, MessageHandler>();
  private readonly sent = new Map<string, number>();
  /** By channel and sender. */
  private readonly seen = new Map<string, Map<string, number>>();
  private sequence = 0;
  private own = '';
  /** What is on its way under it must not be heard as somebody else's. */
  private former = '';

  /** @param onFault told what a handler threw @param seal absent where nothing is signed */
  constructor(
    private readonly bus: () => ClusterBus,
    private readonly counters: NodeCounters,
    private readonly onFault: (fault: unknown) => void,
    private readonly seal?: MessageSeal,
  ) {}

  /** Id and generation of this node; empty before it has joined. */
  get sender(): string {
    return this.own;
  }

  /** What this process was called before it lost its lease; empty if it has not. */
  get formerSender(): string {
    return this.former;
  }

  /** Under this name the node speaks from now on. */
  speakAs(sender: string): void {
    this.former = this.own;
    this.own = sender;
  }

  /** One handler for each type of message. */
  on(type: string, handler: MessageHandler): void {
    this.handlers.set(type, handler);
  }

  /** @throws {ClusterBusError} if the broker has not taken the message, or if nobody can say */
  async send(channel: string, type: string, facts: readonly Fact[], text = ''): Promise<void> {
    const previous = this.sent.get(channel) ?? 0;
    const sequence = ++this.sequence;
    this.remember(channel, sequence);
    this.counters.busPublished++;
    try {
      const message = encodeMessage(type, this.own, sequence, previous, facts, text);
      await this.bus().publish(channel, this.seal ? this.seal.seal(channel, this.own, sequence, message) : message);
    } catch (thrown) {
      // Counted here, once; what it costs is for whoever sent it to say.
      this.counters.busError('publish');
      throw asBusError(thrown, 'Publishing to the cluster');
    }
  }

  /** A text came in. Never throws. */
  receive(channel: string, raw: string): void {
    if (!this.seal) {
      this.take(channel, parseMessage(raw));
      return;
    }
    const opened = this.seal.open(channel, raw);
    if ('fault' in opened) this.counters.busReject(opened.fault);
    else this.take(channel, parseMessage(opened.message));
  }

  /** The channel is listened to no longer. */
  forgetChannel(channel: string): void {
    this.seen.delete(channel);
    this.seal?.forgetChannel(channel);
  }

  /** This sender is gone for good. */
  forgetSender(sender: string): void {
    for (const senders of this.seen.values()) senders.delete(sender);
    this.seal?.forgetSender(sender);
  }

  private take(channel: string, message: ClusterMessage | MessageFault): void {
    if (typeof message === 'string') {
      this.counters.busReject(message);
      return;
    }
    const isOwn = message.sender === this.own || message.sender === this.former;
    if (!isOwn) this.counters.busReceived++;
    const handler = this.handlers.get(message.type);
    if (!handler) {
      this.counters.busReject('unknown');
      return;
    }
    if (!isOwn) this.lookForHole(channel, message);
    try {
      if (!isOwn || message.type === 'probe') handler(message);
    } catch (fault) {
      // Survived: what one node said must not cost the others' messages.
      this.onFault(fault);
    }
  }

  /** What a sender said before that this node did not hear is counted: nothing is lost in silence. */
  private lookForHole(channel: string, { sender, sequence, previous }: ClusterMessage): void {
    let senders = this.seen.get(channel);
    if (!senders) this.seen.set(channel, (senders = new Map<string, number>()));
    const last = senders.get(sender);
    if (last !== undefined && previous > last) this.counters.topicGap('bus');
    if (last !== undefined && sequence <= last) return;
    if (last === undefined) dropEldest(senders, MAX_SENDERS);
    senders.set(sender, sequence);
  }

  private remember(channel: string, sequence: number): void {
    this.sent.delete(channel);
    dropEldest(this.sent, MAX_REMEMBERED);
    this.sent.set(channel, sequence);
  }
}

/** Makes room for one more. */
function dropEldest(entries: Map<string, number>, max: number): void {
  if (entries.size < max) return;
  const [eldest] = entries.keys();
  if (eldest !== undefined) entries.delete(eldest);
}
