/** Options that cannot work; all that are wrong are named. */
export class ClientConfigError extends Error {
  override readonly name = 'ClientConfigError';
  readonly code = 'CLIENT_CONFIG';
  constructor(readonly faults: readonly string[]) {
    super(`The client cannot be made: ${faults.join('; ')}`);
  }
}
