/** Lets this node hear the topics that its sessions listen to, and no others. */
import { channelOfTopic } from '../cluster/channels.js';
import type { WantedChannels } from '../cluster/wanted-channels.js';

export class TopicChannels {
  constructor(private readonly channels: WantedChannels) {}

  /** The first session of this node joined. */
  appeared(topic: string): void {
    void this.channels.want(channelOfTopic(topic));
  }

  /** The last session of this node left. */
  vanished(topic: string): void {
    this.channels.unwant(channelOfTopic(topic));
  }

  /** What to wait for until pushes of other nodes come in; undefined if they do. Never rejects. */
  heard(topic: string): Promise<void> | undefined {
    return this.channels.confirmed(channelOfTopic(topic));
  }

  /** Listens before anybody joins. @returns what to wait for, and what ends it unless somebody has joined */
  hold(topics: readonly string[]): { readonly heard: Promise<unknown> | undefined; readonly release: () => void } {
    const names = topics.map(channelOfTopic);
    const waits = names.map((channel) => this.channels.want(channel)).filter((wait) => wait !== undefined);
    return {
      heard: waits.length > 0 ? Promise.all(waits) : undefined,
      release: () => {
        for (const channel of names) this.channels.unwant(channel);
      },
    };
  }
}
