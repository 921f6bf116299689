export type { AdmissionDecision, AdmissionPolicy, AdmissionRefusal, AdmitFunction } from './admission/admission-policy.js';
export type { ConnectionLimits } from './admission/connection-limiter.js';
export type { OriginCheck, OriginsOption } from './admission/origin-policy.js';
export type { RefusalLabel } from './admission/refusal.js';
export type { AuthOptions } from './auth/auth-options.js';
export { AuthenticatedGuard } from './auth/authenticated.guard.js';
export type {
  AuthenticateFunction,
  Authenticated,
  AuthenticationContext,
  Authenticator,
  OpeningRequest,
  TokenSource,
} from './auth/authenticator.js';
export { JwtAuthenticator, principalOfClaims } from './auth/jwt.authenticator.js';
export type { ClaimsOptions, JwtVerifier, PrincipalOfClaims } from './auth/jwt.authenticator.js';
export type { Refreshed, SignedIn } from './auth/login.service.js';
export { Public } from './auth/public.decorator.js';
export { Roles } from './auth/roles.decorator.js';
export { RolesGuard } from './auth/roles.guard.js';
export { StaticTokenAuthenticator } from './auth/static-token.authenticator.js';
export { ClusterBusError } from './cluster/cluster-bus-error.js';
export type {
  BusListener,
  ClusterBus,
  ClusterEngine,
  EngineConnection,
  Lease,
  LeaseView,
  LeasedNode,
  NodeLeases,
} from './cluster/cluster-engine.js';
export type { BrokerLostBuffer, ClusterSettings } from './cluster/cluster-settings.js';
export type { SignSettings } from './cluster/sign-settings.js';
export { ClusterStartError } from './cluster/cluster-start-error.js';
export { HubService } from './hub/hub.service.js';
export type { HubStats } from './hub/hub.service.js';
export type {
  ClusterCallOptions,
  ClusterCallResult,
  ClusterCount,
  ClusterSession,
  ClusterSessions,
  ClusterStats,
  NodeCounts,
  PeerFailure,
  PushReceipt,
} from './hub/hub-results.js';
export type { PresenceList, PresenceMember } from './hub/presence-list.js';
export type { PresenceOptions } from './topics/presence-options.js';
export type { SessionCounts } from './hub/session-registry.js';
export type { SingleSession } from './hub/principal-rules.js';
export type { PushOptions, PushTarget, SessionRef } from './hub/push-target.js';
export { RateLimit } from './limits/rate-limit.decorator.js';
export type { MethodRate, RateOptions } from './limits/rate-options.js';
export type { BucketOptions } from './limits/token-bucket.js';
export { DrainService } from './lifecycle/drain.service.js';
export type { DrainOptions, DrainReport } from './lifecycle/drain.service.js';
export type { HeartbeatOptions } from './lifecycle/heartbeat.js';
export { RpcLogger } from './logging/rpc-logger.js';
export type { RpcLoggerOptions } from './logging/rpc-logger.js';
export { RealtimeConfigError } from './rules/option-rules.js';
export { clusterSettingsFromEnv } from './options/cluster-from-env.js';
export { realtimeOptionsFromEnv } from './options/options-from-env.js';
export type { LatencyStats, TrafficStats } from './observe/node-statistics.js';
export { NodeStatus } from './observe/node-status.js';
export type { ClusterSnapshot, NodeSnapshot } from './observe/node-status.js';
export type {
  CallEndedFacts,
  CallFacts,
  CallOutcome,
  DroppedFacts,
  FaultFacts,
  FrameRejectedFacts,
  HandshakeRejectedFacts,
  PushFacts,
  RealtimeObserver,
  SessionClosedFacts,
  SessionFacts,
  TopicFacts,
  TopicRefusedFacts,
} from './observe/realtime-observer.js';
export type { RealtimeModuleExtras, RealtimeOptionsFactory } from './module/realtime.module-definition.js';
export type { AccessOptions } from './options/access-options.js';
export { RealtimeModule } from './module/realtime.module.js';
export type { RealtimeLimits, RealtimeOptions } from './options/realtime.options.js';
export type { ParamFault } from './validation/param-faults.js';
export { CallAbortedError, RpcCall } from './rpc/rpc-call.js';
export type { AbortReason } from './rpc/rpc-call.js';
export { ConnectionRequest } from './binding/connection-request.js';
export { RpcContext, rpcCallOf } from './binding/rpc-context.decorator.js';
export type { GatewayHooks } from './binding/gateway-hooks.js';
export type { CallLimits } from './rpc/call-surroundings.js';
export { RpcGateway } from './rpc/rpc-gateway.decorator.js';
export type { RpcGatewayOptions } from './rpc/rpc-gateway.decorator.js';
export { RpcMethod } from './rpc/rpc-method.decorator.js';
export type { RpcMethodOptions } from './rpc/rpc-method.decorator.js';
export type { Handshake, OpeningFacts } from './session/handshake.js';
export type { FairnessOptions } from './outbound/fair-turns.js';
export type { OutboundOptions } from './outbound/outbound-queue.js';
export type { Principal } from './session/principal.js';
export { AttributeKey, SessionAttributes } from './session/session-attributes.js';
export type { SessionEnd } from './session/session-end.js';
export { SessionClosedError } from './session/session-closed-error.js';
export { Session } from './session/session.js';
export type { SessionState } from './session/session-life.js';
export type { OutboundPolicy, SlowPolicy } from './outbound/slow-rule.js';
export type { TopicOptions, TopicsOptions } from './topics/slow-rules.js';
export type { DefaultTopicPolicy } from './topics/topic-policies.js';
export { TopicPolicy } from './topics/topic-policy.decorator.js';
export { TopicSnapshot } from './topics/topic-snapshot.decorator.js';
export type { TopicRequest } from './topics/topic-policy.decorator.js';
export type { RejectedTopic } from './topics/topic-refusals.js';
export type { SubscribeResult, TopicLimits } from './topics/topic.service.js';
export type { CompressionOptions } from './wire/compression-options.js';
export { EndpointDirectory } from './endpoints/endpoint-directory.js';
export { RealtimeServers } from './ws/realtime-servers.js';
export { RealtimeWsAdapter } from './ws/realtime-ws-adapter.js';
export type { RpcEndpoint } from './endpoints/rpc-endpoint.js';
export { CALL_DEFAULTS, CallFailedError, Disconnect, PeerError, RPC_ERRORS, RawJson, RpcError } from 'nestjs-realtime-protocol';
export type { BuiltinMethod, CallOptions, ErrorObject, FrameLimits, Params, RequestId, RpcErrorReason } from 'nestjs-realtime-protocol';
