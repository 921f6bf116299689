'use client';
export { RealtimeProvider, useRealtimeClient } from './realtime-provider.js';
export type { RealtimeProviderProps } from './realtime-provider.js';
export { typedHooks, useCall, useTopic } from './typed-hooks.js';
export type { RealtimeHooks } from './typed-hooks.js';
export type { CallState, CallView, UseCallOf } from './use-call.js';
export { useConnection } from './use-connection.js';
export type { TopicView, UseTopic, UseTopicOf } from './use-topic.js';
