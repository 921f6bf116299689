export { BACKOFF_DEFAULTS, backoffMs } from './backoff.js';
export type { BackoffOptions } from './backoff.js';
export type { Caller, Opening } from './caller.js';
export { RealtimeClient } from './client.js';
export type { ClientOptions } from './client.js';
export { CLIENT_LIMIT_DEFAULTS, ClientConfigError, RECONNECT_DEFAULTS } from './client-options.js';
export type { ClientLimits, CommonOptions, ConnectionOptions, ReconnectOptions } from './client-options.js';
export { NotConnectedError, SendBufferFullError } from './connection-state.js';
export type { ConnectionEnd, ConnectionEndKind, ConnectionState } from './connection-state.js';
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
} from './contract.js';
export { BadFrameError } from './conversation.js';
export { FrameTooLargeError } from './frame-size.js';
export { HEARTBEAT_DEFAULTS } from './liveness.js';
export type { HeartbeatOptions } from './liveness.js';
export type { Frame, IncomingPush, Push, TopicEvent } from './push.js';
export { MethodTakenError } from './served-methods.js';
export type { ServedCall } from './served-methods.js';
export { UnsubscribedError } from './topic-subscriptions.js';
export type { SubscriptionEvent } from './topic-subscriptions.js';
export type { WebSocketConstructor, WebSocketLike } from './web-socket.js';
export { CallFailedError, Disconnect, PeerError, RPC_ERRORS, RpcError, shouldComeBack } from 'nestjs-realtime-protocol';
export type { BuiltinMethod, CallOptions, FrameLimits, Params } from 'nestjs-realtime-protocol';
