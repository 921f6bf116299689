/** The part of the composition root that keeps who is there in topics. */
import type { Provider } from '@nestjs/common';
import type { ClusterNode } from '../cluster/cluster-node.js';
import type { ClusterHub } from '../hub/cluster-hub.js';
import { LocalDelivery } from '../hub/local-delivery.js';
import { PresenceMethods } from '../methods/presence.methods.js';
import { FaultLog } from '../observe/fault-log.js';
import { NodeCounters } from '../observe/node-counters.js';
import type { ResolvedOptions } from '../options/realtime.options.js';
import { PresenceService } from '../presence/presence.service.js';
import { RemotePresence, haveNobody } from '../presence/remote-presence.js';
import { completePresence } from '../topics/presence-options.js';
import { TopicTable } from '../topics/topic-table.js';
import { TopicService } from '../topics/topic.service.js';
import { CLUSTER_HUB, CLUSTER_NODE } from './clustering.js';
import { RESOLVED_OPTIONS } from './realtime.module-definition.js';

/** Null where no topic keeps who is there. */
export const PRESENCE = Symbol('nestjs-realtime:presence');

export const ATTENDING: Provider[] = [
  {
    provide: PRESENCE,
    inject: [RESOLVED_OPTIONS, LocalDelivery, FaultLog, CLUSTER_NODE, CLUSTER_HUB, NodeCounters],
    useFactory: (
      { topics }: ResolvedOptions,
      delivery: LocalDelivery,
      faults: FaultLog,
      node: ClusterNode | null,
      hub: ClusterHub | null,
      counters: NodeCounters,
    ): PresenceService | null => {
      const rules = Object.entries(topics).map(([pattern, { presence }]) => [pattern, completePresence(presence)] as const);
      if (rules.every(([, rule]) => !rule)) {
        if (node) haveNobody(node.link, node.asks);
        return null;
      }
      const table = new TopicTable(Object.fromEntries(rules));
      const presence = new PresenceService(
        (topic) => table.of(topic),
        delivery,
        (fault) => faults.report('Finding out who is there in a topic failed', fault),
        node && hub ? new RemotePresence(node.link, node.asks, hub.topics, counters, (sender) => node.knows(sender)) : undefined,
      );
      delivery.topics.watchMembers(presence);
      node?.add(presence);
      return presence;
    },
  },
  {
    provide: PresenceMethods,
    inject: [PRESENCE, TopicService],
    useFactory: (presence: PresenceService | null, topics: TopicService) => presence && new PresenceMethods(presence, topics),
  },
];
