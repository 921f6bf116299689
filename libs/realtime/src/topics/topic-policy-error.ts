/** What a policy threw, and which policy it was. */
export class TopicPolicyError extends Error {
  override readonly name = 'TopicPolicyError';

  /** @param policy for the log and for observers, as `RoomPolicies.room (room:*)` */
  constructor(
    readonly policy: string,
    readonly thrown: unknown,
  ) {
    super(`The topic policy ${policy} threw`, { cause: thrown });
  }
}
