/** The part of the composition root that knows the sessions of this node, their topics, and the way to them. */
import type { Provider } from '@nestjs/common';
import { RETRY_AFTER_MS } from '../admission/refusal.js';
import type { ClusterNode } from '../cluster/cluster-node.js';
import type { ClusterHub } from '../hub/cluster-hub.js';
import { HubService } from '../hub/hub.service.js';
import { LocalDelivery } from '../hub/local-delivery.js';
import { LocalWork } from '../hub/local-work.js';
import type { SessionClaims } from '../hub/session-claims.js';
import { SessionRegistry } from '../hub/session-registry.js';
import { TopicChannels } from '../hub/topic-channels.js';
import { TopicIndex } from '../hub/topic-index.js';
import { NodeCounters } from '../observe/node-counters.js';
import { NodeStatistics } from '../observe/node-statistics.js';
import { Observers } from '../observe/observers.js';
import type { ResolvedOptions } from '../options/realtime.options.js';
import { FairTurns } from '../outbound/fair-turns.js';
import { HubTopicRules } from '../topics/hub-topic-rules.js';
import { SlowRules } from '../topics/slow-rules.js';
import { TopicPolicies } from '../topics/topic-policies.js';
import { TopicReview } from '../topics/topic-review.js';
import { TopicSnapshots } from '../topics/topic-snapshots.js';
import { FirstStates } from '../topics/first-states.js';
import { TopicService } from '../topics/topic.service.js';
import { CLUSTER_HUB, CLUSTER_NODE, SESSION_CLAIMS } from './clustering.js';
import { PRESENCE } from './attending.js';
import type { PresenceService } from '../presence/presence.service.js';
import { RESOLVED_OPTIONS } from './realtime.module-definition.js';

export const LOCAL_HUB: Provider[] = [
  {
    provide: TopicIndex,
    inject: [Observers, CLUSTER_NODE],
    useFactory: (observers: Observers, cluster: ClusterNode | null) =>
      new TopicIndex(observers, cluster ? new TopicChannels(cluster.topics) : undefined),
  },
  {
    provide: SessionRegistry,
    inject: [TopicIndex, RESOLVED_OPTIONS, Observers, TopicReview, SESSION_CLAIMS],
    useFactory: (
      topics: TopicIndex,
      { platforms, limits, singleSession }: ResolvedOptions,
      observers: Observers,
      reviews: TopicReview,
      claims: SessionClaims | null,
    ) => {
      const rules = {
        perUser: limits.connections.perUser,
        anonymous: limits.connections.anonymous,
        singleSession,
        retryAfterMs: RETRY_AFTER_MS,
      };
      return new SessionRegistry(topics, platforms, observers, rules, (session) => reviews.ofSession(session), claims ?? undefined);
    },
  },
  {
    provide: LocalDelivery,
    inject: [SessionRegistry, TopicIndex, Observers, NodeCounters],
    useFactory: (sessions: SessionRegistry, topics: TopicIndex, observers: Observers, counters: NodeCounters) =>
      new LocalDelivery(sessions, topics, observers, counters),
  },
  {
    provide: TopicPolicies,
    inject: [RESOLVED_OPTIONS],
    useFactory: ({ defaultTopicPolicy }: ResolvedOptions) => new TopicPolicies(defaultTopicPolicy),
  },
  TopicSnapshots,
  {
    provide: TopicService,
    inject: [TopicIndex, TopicPolicies, RESOLVED_OPTIONS, Observers, TopicSnapshots, CLUSTER_HUB],
    useFactory: (
      topics: TopicIndex,
      policies: TopicPolicies,
      { limits, outbound }: ResolvedOptions,
      observers: Observers,
      snapshots: TopicSnapshots,
      cluster: ClusterHub | null,
    ) => new TopicService(topics, policies, limits, observers, new FirstStates(snapshots, outbound.maxBytes), cluster?.topics),
  },
  {
    provide: TopicReview,
    inject: [TopicIndex, TopicPolicies, RESOLVED_OPTIONS, Observers],
    useFactory: (topics: TopicIndex, policies: TopicPolicies, { admissionTimeoutMs }: ResolvedOptions, observers: Observers) =>
      new TopicReview(topics, policies, admissionTimeoutMs, observers),
  },
  {
    provide: HubTopicRules,
    inject: [RESOLVED_OPTIONS, TopicReview],
    useFactory: ({ limits, outbound, topics }: ResolvedOptions, review: TopicReview) =>
      new HubTopicRules(new SlowRules(outbound.policy, topics), review, limits.topicNameBytes),
  },
  {
    provide: LocalWork,
    inject: [LocalDelivery, HubTopicRules, RESOLVED_OPTIONS, CLUSTER_NODE],
    useFactory: (delivery: LocalDelivery, rules: HubTopicRules, { fairness }: ResolvedOptions, cluster: ClusterNode | null) =>
      new LocalWork(delivery, rules, new FairTurns(fairness.sliceMs), cluster?.nodeId),
  },
  {
    provide: HubService,
    inject: [LocalDelivery, HubTopicRules, Observers, NodeStatistics, LocalWork, CLUSTER_HUB, PRESENCE],
    useFactory: (
      delivery: LocalDelivery,
      rules: HubTopicRules,
      observers: Observers,
      statistics: NodeStatistics,
      work: LocalWork,
      cluster: ClusterHub | null,
      presence: PresenceService | null,
    ) => new HubService(delivery, rules, observers, statistics, work, cluster ?? undefined, presence ?? undefined),
  },
];
