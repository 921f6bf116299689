import { failureOf } from '../../../../test/client/failure-of.js';
import { Hold } from './hold.js';
import { Subscription } from './subscription.js';

const heldBy = (subscription: Subscription, listener?: { stop(): void; ended(error: Error): void }): Hold => {
  const hold = new Hold(subscription.topic, listener, (one) => subscription.release(one));
  subscription.add(hold);
  return hold;
};

const joined = (): { readonly subscription: Subscription; readonly hold: Hold } => {
  const subscription = new Subscription('a');
  const hold = heldBy(subscription);
  subscription.accepted(1);
  return { subscription, hold };
};

describe('a subscription', () => {
  it('is there for all its holders when the server says yes, and for those who come later', async () => {
    const subscription = new Subscription('a');
    const holds = [heldBy(subscription), heldBy(subscription)];
    expect(subscription.accepted(1)).toBeUndefined();
    expect(await Promise.all([...holds, heldBy(subscription)].map(({ pending }) => pending))).toMatchObject([
      { topic: 'a' },
      { topic: 'a' },
      { topic: 'a' },
    ]);
  });

  it('tells a refusal to those who wait, and is news only if somebody did not wait for it', async () => {
    const error = new Error('no');
    const asked = new Subscription('a');
    const failure = failureOf(heldBy(asked).pending);
    expect([asked.refused(error, false), await failure]).toEqual([undefined, error]);
    const { subscription } = joined();
    subscription.disconnected(10);
    expect(subscription.refused(error, false)).toEqual({ kind: 'ended', topic: 'a', error });
    expect(subscription.wanted).toBe(false);
  });

  it('tells a refusal to the listener that came with a holder, and nobody has to await the answer', () => {
    const told: Error[] = [];
    const subscription = new Subscription('a');
    heldBy(subscription, { stop: () => undefined, ended: (error) => told.push(error) });
    subscription.refused(new Error('no'), false);
    expect(told).toEqual([new Error('no')]);
  });

  it('is in doubt when the server may have joined it all the same', async () => {
    const subscription = new Subscription('a');
    const failure = failureOf(heldBy(subscription).pending);
    subscription.refused(new Error('late'), true);
    expect(subscription).toMatchObject({ wanted: false, phase: 'doubtful' });
    expect(await failure).toEqual(new Error('late'));
  });

  it('has a gap from the first break that it was not listened to after', () => {
    const { subscription } = joined();
    subscription.disconnected(10);
    subscription.disconnected(20);
    expect(subscription.isLost).toBe(true);
    expect(subscription.accepted(30)).toEqual({ kind: 'gap', topic: 'a', reason: 'reconnected', sinceMs: 10, untilMs: 30 });
    expect([subscription.isLost, subscription.accepted(40)]).toEqual([false, undefined]);
  });

  it('says nothing of a gap that nobody wants to hear of any more', async () => {
    const { subscription, hold } = joined();
    subscription.disconnected(10);
    await hold.unsubscribe();
    expect(subscription.accepted(30)).toBeUndefined();
  });

  it('is wanted until its last holder lets go, however often the others do', async () => {
    const { subscription, hold } = joined();
    const other = heldBy(subscription);
    await hold.unsubscribe();
    await hold.unsubscribe();
    expect(subscription.wanted).toBe(true);
    const left = other.unsubscribe();
    expect(subscription.wanted).toBe(false);
    subscription.left();
    await left;
  });

  it('lets go at once where the server holds nothing, else when the server has let go', async () => {
    const asked = heldBy(new Subscription('a'));
    await asked.unsubscribe();
    expect(await failureOf(asked.pending)).toMatchObject({ code: 'UNSUBSCRIBED' });
    const { subscription, hold } = joined();
    const failure = failureOf(hold.unsubscribe());
    subscription.left(new Error('broken'));
    expect([await failure, subscription.phase]).toEqual([new Error('broken'), 'out']);
  });

  it('that is wanted again releases who waited for its end', async () => {
    const { subscription, hold } = joined();
    const left = hold.unsubscribe();
    heldBy(subscription);
    await left;
  });
});
