import { failureOf } from '../../../../test/client/failure-of.js';
import { Subscription } from './subscription.js';

const joined = (): Subscription => {
  const subscription = new Subscription('a');
  subscription.accepted(1);
  return subscription;
};

describe('a subscription', () => {
  it('is there for everybody who waits when the server says yes', async () => {
    const subscription = new Subscription('a');
    const outcomes = Promise.all([subscription.want(), subscription.want()]);
    expect(subscription.accepted(1)).toBeUndefined();
    expect([await outcomes, subscription.phase]).toEqual([[undefined, undefined], 'in']);
    await subscription.want();
  });

  it('tells those who wait of a refusal, and its listeners only if nobody waits', async () => {
    const error = new Error('no');
    const asked = new Subscription('a');
    const failure = failureOf(asked.want());
    expect([asked.refused(error, false), await failure]).toEqual([undefined, error]);
    expect(new Subscription('b').refused(error, false)).toEqual({ kind: 'ended', topic: 'b', error });
  });

  it('is to be left when the server may have joined it all the same', () => {
    const subscription = new Subscription('a');
    subscription.refused(new Error('late'), true);
    expect(subscription).toMatchObject({ wanted: false, phase: 'in' });
  });

  it('has a gap from the first break that it was not listened to after', () => {
    const subscription = joined();
    subscription.disconnected(10);
    subscription.disconnected(20);
    expect(subscription.isLost).toBe(true);
    expect(subscription.accepted(30)).toEqual({ kind: 'gap', topic: 'a', reason: 'reconnected', sinceMs: 10, untilMs: 30 });
    expect([subscription.isLost, subscription.accepted(40)]).toEqual([false, undefined]);
  });

  it('says nothing of a gap that nobody wants to hear of any more', async () => {
    const subscription = joined();
    subscription.disconnected(10);
    await subscription.unwant();
    expect(subscription.accepted(30)).toBeUndefined();
  });

  it('lets go at once where the server holds nothing, else when the server has let go', async () => {
    await new Subscription('a').unwant();
    const subscription = joined();
    const failure = failureOf(subscription.unwant());
    subscription.left(new Error('broken'));
    expect([await failure, subscription.phase]).toEqual([new Error('broken'), 'out']);
  });

  it('that is wanted again releases who waited for its end, and the other way round', async () => {
    const subscription = joined();
    const left = subscription.unwant();
    await subscription.want();
    await left;
    const other = new Subscription('b');
    const failure = failureOf(other.want());
    await other.unwant();
    expect(await failure).toMatchObject({ code: 'UNSUBSCRIBED' });
  });
});
