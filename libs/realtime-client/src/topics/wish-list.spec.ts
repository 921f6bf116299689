import { failureOf } from '../../../../test/client/failure-of.js';
import { WishList } from './wish-list.js';

describe('the list of topics that are wanted', () => {
  it('has each topic once, and no more than its bound', () => {
    const wishes = new WishList(1);
    expect(wishes.findOrAdd('a')).toBe(wishes.findOrAdd('a'));
    expect(() => wishes.findOrAdd('b')).toThrow('More than 1 topics are wanted');
    expect([wishes.find('a')?.topic, wishes.find('b')]).toEqual(['a', undefined]);
  });

  it('knows what to ask for and what to let go of', async () => {
    const wishes = new WishList(10);
    const [asked, held, dropped] = ['asked', 'held', 'dropped'].map((name) => wishes.findOrAdd(name));
    held?.accepted(1);
    dropped?.accepted(1);
    const left = dropped?.unwant();
    expect([wishes.missing, wishes.unwanted, wishes.joined]).toEqual([[asked], [dropped], ['held']]);
    dropped?.left();
    await left;
  });

  it('keeps a topic as long as one side holds it', () => {
    const wishes = new WishList(10);
    const subscription = wishes.findOrAdd('a');
    subscription.accepted(1);
    subscription.wanted = false;
    wishes.tidy(subscription);
    expect(wishes.find('a')).toBe(subscription);
    wishes.disconnected(5);
    expect(wishes.find('a')).toBeUndefined();
  });

  it('keeps only what was listened to when nobody connects any more', async () => {
    const wishes = new WishList(10);
    wishes.findOrAdd('held').accepted(1);
    const failure = failureOf(wishes.findOrAdd('asked').want());
    wishes.disconnected(5);
    wishes.failWaiting(new Error('closed'));
    expect([await failure, wishes.missing.map(({ topic }) => topic)]).toEqual([new Error('closed'), ['held']]);
  });
});
