export { redisEngine } from './redis-engine.js';
export type { RedisEngineOptions } from './redis-engine.js';
