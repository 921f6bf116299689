export type { RealtimePrometheusOptions } from './prometheus-options.js';
export { RealtimePrometheusModule } from './realtime-prometheus.module.js';
