export { BACKOFF_DEFAULTS, backoffMs } from './connection/backoff.js';
export type { BackoffOptions } from './connection/backoff.js';
export type { Caller, Opening } from './calls/caller.js';
export { RealtimeClient } from './client/client.js';
export type { ClientOptions } from './client/client.js';
export { ClientConfigError } from './base/client-config-error.js';
export { CLIENT_LIMIT_DEFAULTS } from './client/client-options.js';
export type { ClientLimits, CommonOptions } from './client/client-options.js';
export type { CallLimits } from './calls/call-limits.js';
export type { ConnectionOptions, PerAttempt, SendingLimits } from './connection/connection-options.js';
export { RECONNECT_DEFAULTS } from './connection/retries.js';
export type { ReconnectOptions } from './connection/retries.js';
export type { TopicLimits } from './topics/topic-limits.js';
export { NotConnectedError, SendBufferFullError } from './connection/connection-state.js';
export type { ConnectionEnd, ConnectionEndKind, ConnectionState } from './connection/connection-state.js';
export type {
  AllPushesOf,
  CallArguments,
  CallsOf,
  LibraryPushes,
  NameOf,
  NotifyArguments,
  ParamsOf,
  PushesOf,
  ResultOf,
  RpcContract,
  ServedFunction,
  ServesOf,
  UntypedContract,
} from './calls/contract.js';
export { BadFrameError } from './calls/conversation.js';
export { FrameTooLargeError } from './base/frame-size.js';
export { HEARTBEAT_DEFAULTS } from './connection/liveness.js';
export type { HeartbeatOptions } from './connection/liveness.js';
export type { IncomingPush, Push, TopicEvent } from './calls/push.js';
export { MethodTakenError } from './calls/served-methods.js';
export type { ServedCall } from './calls/served-methods.js';
export { UnsubscribedError } from './topics/hold.js';
export type { PendingTopicHold, TopicHold } from './topics/hold.js';
export type { SubscriptionEvent } from './topics/subscription.js';
export type { Frame } from './connection/traffic.js';
export type { WebSocketConstructor, WebSocketLike } from './connection/web-socket.js';
export { CallFailedError, Disconnect, PeerError, RPC_ERRORS, RpcError, shouldComeBack } from 'nestjs-realtime-protocol';
export type { BuiltinMethod, CallOptions, FrameLimits, Params } from 'nestjs-realtime-protocol';
