/** What a policy or a snapshot of a topic threw, and which it was. */
export class TopicPolicyError extends Error {
  override readonly name = 'TopicPolicyError';

  /** @param policy for the log and for observers, as `RoomPolicies.room (room:*)` */
  constructor(
    readonly policy: string,
    readonly thrown: unknown,
    readonly kind: 'topic policy' | 'snapshot' = 'topic policy',
  ) {
    super(`The ${kind} ${policy} threw`, { cause: thrown });
  }
}
