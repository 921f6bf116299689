export { RealtimeTelemetryModule } from './realtime-telemetry.module.js';
export type { RealtimeTelemetryOptions } from './realtime-telemetry.module.js';
