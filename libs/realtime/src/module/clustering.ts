/** The part of the composition root that makes this node one of many. */
import type { Provider } from '@nestjs/common';
import { Logger } from '@nestjs/common';
import { ClusterNode } from '../cluster/cluster-node.js';
import type { ClusterHub } from '../hub/cluster-hub.js';
import { LocalDelivery } from '../hub/local-delivery.js';
import { LocalWork } from '../hub/local-work.js';
import { RemotePushes } from '../hub/remote-pushes.js';
import { RemoteWork } from '../hub/remote-work.js';
import { TopicChannels } from '../hub/topic-channels.js';
import { FaultLog } from '../observe/fault-log.js';
import { NodeCounters } from '../observe/node-counters.js';
import type { ResolvedOptions } from '../options/realtime.options.js';
import { RESOLVED_OPTIONS } from './realtime.module-definition.js';

/** Null on a node that is alone. */
export const CLUSTER_NODE = Symbol('nestjs-realtime:cluster-node');
/** Null on a node that is alone. */
export const CLUSTER_HUB = Symbol('nestjs-realtime:cluster-hub');

export const CLUSTERING: Provider[] = [
  {
    provide: CLUSTER_NODE,
    inject: [RESOLVED_OPTIONS, NodeCounters, FaultLog],
    useFactory: ({ cluster }: ResolvedOptions, counters: NodeCounters, faults: FaultLog) =>
      cluster
        ? new ClusterNode(cluster, counters, new Logger('RealtimeModule'), (fault) =>
            faults.report('What another node of the cluster said could not be done', fault),
          )
        : null,
  },
  {
    provide: CLUSTER_HUB,
    inject: [CLUSTER_NODE, LocalDelivery, LocalWork, NodeCounters],
    useFactory: (node: ClusterNode | null, delivery: LocalDelivery, work: LocalWork, counters: NodeCounters): ClusterHub | null =>
      node && {
        pushes: new RemotePushes(node.link, delivery, counters),
        work: new RemoteWork(node.asks, work),
        topics: new TopicChannels(node.topics),
      },
  },
];
