/** Keeps connections that wait for a verdict from doing harm: they may break, or be left, while nobody else looks at them. */
import type { Duplex } from 'node:stream';
import type { Verdict } from '../admission/admission.js';
import { Admitted } from '../admission/admission.js';
import type { Refusal } from '../admission/refusal.js';
import { Refusals } from '../admission/refusal.js';

export class PendingUpgrades {
  private readonly waiting = new Set<(refusal: Refusal) => void>();

  /** @param judged never rejects; what it admits in vain is given up */
  async wait(judged: Promise<Verdict>, socket: Duplex): Promise<Verdict> {
    let giveUp: (refusal: Refusal) => void = () => undefined;
    const givenUp = new Promise<Refusal>((resolve) => (giveUp = resolve));
    const onClose = (): void => giveUp(Refusals.peerLeft);
    const onError = (): void => void socket.destroy();
    this.waiting.add(giveUp);
    socket.on('error', onError);
    socket.once('close', onClose);
    let verdict = await Promise.race([judged, givenUp]);
    if (verdict instanceof Admitted && (await hasLeft(socket))) verdict = Refusals.peerLeft;
    this.waiting.delete(giveUp);
    socket.off('error', onError);
    socket.off('close', onClose);
    if (!(verdict instanceof Admitted)) void judged.then((late) => late instanceof Admitted && late.giveUp());
    return verdict;
  }

  /** Nobody waits any longer. */
  refuseAll(refusal: Refusal): void {
    for (const giveUp of this.waiting) giveUp(refusal);
  }
}

/** The end of a connection is seen only when somebody reads. */
async function hasLeft(socket: Duplex): Promise<boolean> {
  socket.read(0);
  await new Promise((resolve) => setImmediate(resolve));
  return !socket.readable || !socket.writable;
}
