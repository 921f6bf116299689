export type { RealtimeHealthOptions } from './health-options.js';
export type { HealthBody } from './health.controllers.js';
export { RealtimeHealthIndicator } from './realtime-health-indicator.js';
export { RealtimeHealthModule } from './realtime-health.module.js';
