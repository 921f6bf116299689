export { natsEngine } from './nats-engine.js';
export type { NatsEngineOptions } from './nats-engine.js';
