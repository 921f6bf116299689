/** The topic of the fan-out suite; some servers have to know it before anybody can subscribe. */
export const BENCH_TOPIC = 'bench:fan-out';
