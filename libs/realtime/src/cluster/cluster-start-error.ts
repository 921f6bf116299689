/** The node could not become one of the cluster, so the app does not start. */
export class ClusterStartError extends Error {
  override readonly name = 'ClusterStartError';
  readonly code = 'CLUSTER_START';
}
