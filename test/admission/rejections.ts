/** Counts refused handshakes as a metrics observer would. */
import type { RealtimeObserver } from 'nestjs-realtime';

type RejectedFacts = Parameters<NonNullable<RealtimeObserver['handshakeRejected']>>[0];

export class Rejections implements RealtimeObserver {
  readonly facts: RejectedFacts[] = [];
  opening = 0;

  get reasons(): string[] {
    return this.facts.map(({ reason }) => reason);
  }

  handshakeRejected(facts: RejectedFacts): void {
    this.facts.push(facts);
  }

  sessionOpening(): void {
    this.opening++;
  }
}
