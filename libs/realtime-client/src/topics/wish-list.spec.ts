import { failureOf } from '../../../../test/client/failure-of.js';
import { Hold } from './hold.js';
import type { Subscription } from './subscription.js';
import { WishList } from './wish-list.js';

const holdOf = (topic: string): Hold => new Hold(topic, undefined, async () => undefined);

const added = (wishes: WishList, topic: string): { readonly hold: Hold; readonly subscription: Subscription } => {
  const hold = holdOf(topic);
  return { hold, subscription: wishes.add(hold) };
};

describe('the list of topics that are wanted', () => {
  it('has each topic once, and no more than its bound, of topics and of holders', () => {
    const wishes = new WishList(2);
    expect(wishes.add(holdOf('a'))).toBe(wishes.add(holdOf('a')));
    expect(() => wishes.add(holdOf('a'))).toThrow('More than 2 hold the topic a');
    wishes.add(holdOf('b'));
    expect(() => wishes.add(holdOf('c'))).toThrow('More than 2 topics are wanted');
    expect([wishes.find('a')?.topic, wishes.find('c')]).toEqual(['a', undefined]);
  });

  it('knows what to ask for and what to let go of', async () => {
    const wishes = new WishList(10);
    const [asked, held, dropped] = ['asked', 'held', 'dropped'].map((topic) => added(wishes, topic));
    held?.subscription.accepted(1);
    dropped?.subscription.accepted(1);
    const left = dropped?.subscription.release(dropped.hold);
    expect([wishes.missing, wishes.unwanted, wishes.joined]).toEqual([[asked?.subscription], [dropped?.subscription], ['held']]);
    dropped?.subscription.left();
    await left;
  });

  it('wants to know what is in doubt: it is let go, or asked for again', async () => {
    const wishes = new WishList(10);
    const { hold, subscription } = added(wishes, 'a');
    const failure = failureOf(hold.pending);
    subscription.refused(new Error('late'), true);
    expect([wishes.missing, wishes.unwanted]).toEqual([[], [subscription]]);
    wishes.add(holdOf('a'));
    expect([wishes.missing, wishes.unwanted]).toEqual([[subscription], []]);
    await failure;
  });

  it('keeps a topic as long as one side holds it', () => {
    const wishes = new WishList(10);
    const { hold, subscription } = added(wishes, 'a');
    subscription.accepted(1);
    void subscription.release(hold);
    wishes.tidy(subscription);
    expect(wishes.find('a')).toBe(subscription);
    wishes.disconnected(5);
    expect(wishes.find('a')).toBeUndefined();
  });

  it('keeps what is held when nobody connects any more', async () => {
    const wishes = new WishList(10);
    added(wishes, 'held').subscription.accepted(1);
    const failure = failureOf(added(wishes, 'asked').hold.pending);
    wishes.disconnected(5);
    wishes.failWaiting(new Error('closed'));
    expect([await failure, wishes.missing.map(({ topic }) => topic)]).toEqual([new Error('closed'), ['held', 'asked']]);
  });
});
