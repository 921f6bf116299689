/** The part of the composition root that makes this node one of many. */
import type { Provider } from '@nestjs/common';
import { Logger } from '@nestjs/common';
import { RETRY_AFTER_MS } from '../admission/refusal.js';
import { ClusterNode } from '../cluster/cluster-node.js';
import { nodeOf } from '../cluster/session-directory.js';
import type { ClusterHub } from '../hub/cluster-hub.js';
import { FairIntake } from '../hub/fair-intake.js';
import { LocalDelivery } from '../hub/local-delivery.js';
import { LocalWork } from '../hub/local-work.js';
import { RemotePushes } from '../hub/remote-pushes.js';
import { RemoteWork } from '../hub/remote-work.js';
import { SessionClaims } from '../claims/session-claims.js';
import { TopicChannels } from '../hub/topic-channels.js';
import { UserShares } from '../claims/user-shares.js';
import { FaultLog } from '../observe/fault-log.js';
import { NodeCounters } from '../observe/node-counters.js';
import type { ResolvedOptions } from '../options/realtime.options.js';
import { RESOLVED_OPTIONS } from './realtime.module-definition.js';

/** Null on a node that is alone. */
export const CLUSTER_NODE = Symbol('nestjs-realtime:cluster-node');
/** Null on a node that is alone. */
export const CLUSTER_HUB = Symbol('nestjs-realtime:cluster-hub');

/** What users have over all nodes; null where no other node has to be asked. */
export const SESSION_CLAIMS = Symbol('nestjs-realtime:session-claims');
export const USER_SHARES = Symbol('nestjs-realtime:user-shares');

export const CLUSTERING: Provider[] = [
  {
    provide: USER_SHARES,
    inject: [CLUSTER_NODE],
    useFactory: (node: ClusterNode | null): UserShares | null => node && new UserShares(node.link, node.nodeId),
  },
  {
    provide: SESSION_CLAIMS,
    inject: [CLUSTER_NODE, USER_SHARES, RESOLVED_OPTIONS, NodeCounters],
    useFactory: (node: ClusterNode | null, shares: UserShares | null, options: ResolvedOptions, counters: NodeCounters) =>
      node && shares && newClaims(node, shares, options, counters),
  },
  {
    provide: CLUSTER_NODE,
    inject: [RESOLVED_OPTIONS, NodeCounters, FaultLog],
    useFactory: ({ cluster, fairness }: ResolvedOptions, counters: NodeCounters, faults: FaultLog) =>
      cluster
        ? new ClusterNode(
            cluster,
            counters,
            new Logger('RealtimeModule'),
            (fault) => faults.report('What another node of the cluster said could not be done', fault),
            (take) => new FairIntake(take, fairness.sliceMs).add,
          )
        : null,
  },
  {
    provide: CLUSTER_HUB,
    inject: [CLUSTER_NODE, LocalDelivery, LocalWork, NodeCounters],
    useFactory: (node: ClusterNode | null, delivery: LocalDelivery, work: LocalWork, counters: NodeCounters): ClusterHub | null =>
      node && {
        pushes: new RemotePushes(node.link, delivery, counters, node.waiting),
        work: new RemoteWork(node.asks, work),
        topics: new TopicChannels(node.topics),
      },
  },
];

/** @returns null if no rule needs to know what a user has elsewhere: then a sign-in does not ask for it */
function newClaims(
  node: ClusterNode,
  shares: UserShares,
  { limits, singleSession, rate, cluster }: ResolvedOptions,
  counters: NodeCounters,
): SessionClaims | null {
  const { perUser } = limits.connections;
  if (perUser === 0 && singleSession === 'off' && !rate.user) return null;
  const isStrict = cluster?.settings.directory === 'strict';
  const claims = new SessionClaims(node, { perUser, replaces: singleSession, isStrict, retryAfterMs: RETRY_AFTER_MS }, shares, counters);
  const { upkeep, elsewhere } = claims;
  node.add({
    get isWhole() {
      return upkeep.isWhole;
    },
    renewed: () => upkeep.renewed(),
    tick: () => {
      upkeep.tick();
      elsewhere.tick();
    },
    back: () => upkeep.tick(),
    gone: (sender) => {
      // It may be there in another generation, and has claimed its places anew.
      if (!node.isThere(nodeOf(sender))) shares.forget(nodeOf(sender));
    },
  });
  return claims;
}
