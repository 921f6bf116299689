/** The part of the composition root that knows the sessions of this node, their topics, and the way to them. */
import type { Provider } from '@nestjs/common';
import { RETRY_AFTER_MS } from '../admission/refusal.js';
import { HubService } from '../hub/hub.service.js';
import { LocalDelivery } from '../hub/local-delivery.js';
import { SessionRegistry } from '../hub/session-registry.js';
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
import { TopicService } from '../topics/topic.service.js';
import { RESOLVED_OPTIONS } from './realtime.module-definition.js';

export const LOCAL_HUB: Provider[] = [
  { provide: TopicIndex, inject: [Observers], useFactory: (observers: Observers) => new TopicIndex(observers) },
  {
    provide: SessionRegistry,
    inject: [TopicIndex, RESOLVED_OPTIONS, Observers, TopicReview],
    useFactory: (topics: TopicIndex, { platforms, limits, singleSession }: ResolvedOptions, observers: Observers, reviews: TopicReview) => {
      const rules = {
        perUser: limits.connections.perUser,
        anonymous: limits.connections.anonymous,
        singleSession,
        retryAfterMs: RETRY_AFTER_MS,
      };
      return new SessionRegistry(topics, platforms, observers, rules, (session) => reviews.ofSession(session));
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
    inject: [TopicIndex, TopicPolicies, RESOLVED_OPTIONS, Observers, TopicSnapshots],
    useFactory: (
      topics: TopicIndex,
      policies: TopicPolicies,
      { limits }: ResolvedOptions,
      observers: Observers,
      snapshots: TopicSnapshots,
    ) => new TopicService(topics, policies, limits, observers, snapshots),
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
    provide: HubService,
    inject: [LocalDelivery, HubTopicRules, Observers, NodeStatistics, RESOLVED_OPTIONS],
    useFactory: (
      delivery: LocalDelivery,
      rules: HubTopicRules,
      observers: Observers,
      statistics: NodeStatistics,
      { fairness }: ResolvedOptions,
    ) => new HubService(delivery, rules, observers, statistics, new FairTurns(fairness.sliceMs)),
  },
];
