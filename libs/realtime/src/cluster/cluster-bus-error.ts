/** The other nodes could not be told. */

export class ClusterBusError extends Error {
  override readonly name = 'ClusterBusError';
  readonly code = 'CLUSTER_BUS';

  /** @param reached sessions of this node that took the push all the same */
  constructor(
    message: string,
    readonly reached: number = 0,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** The same failure of a push that this many sessions of this node have taken. */
  withReached(reached: number): ClusterBusError {
    return new ClusterBusError(this.message, reached, { cause: this });
  }
}

export function asBusError(thrown: unknown, doing: string): ClusterBusError {
  if (thrown instanceof ClusterBusError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new ClusterBusError(`${doing} failed: ${reason}`, 0, { cause: thrown });
}
