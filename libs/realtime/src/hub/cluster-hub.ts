/** The hub's way to the other nodes of a cluster. */
import type { RemotePushes } from './remote-pushes.js';
import type { RemoteWork } from './remote-work.js';
import type { TopicChannels } from './topic-channels.js';

export interface ClusterHub {
  readonly pushes: RemotePushes;
  readonly work: RemoteWork;
  readonly topics: TopicChannels;
}
