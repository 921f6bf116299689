/** What `bench.stats` answers, on every server alike. */
export interface ServerStats {
  /** Resident memory of the process, in bytes. */
  readonly rss: number;
  /** CPU time that the process has spent in its own code since it started, in microseconds. */
  readonly cpuUser: number;
  /** CPU time that the kernel has spent for the process since it started, in microseconds. */
  readonly cpuSystem: number;
  /** Connections that are open now. */
  readonly sessions: number;
}

export function serverStats(sessions: number): ServerStats {
  const { user, system } = process.cpuUsage();
  return { rss: process.memoryUsage.rss(), cpuUser: user, cpuSystem: system, sessions };
}
