import { AttributeKey, SessionAttributes } from './session-attributes.js';

const CART = new AttributeKey<readonly string[]>('cart');

describe('SessionAttributes', () => {
  it('gives a value back with the type of its key', () => {
    const attributes = new SessionAttributes();
    attributes.set(CART, ['book']);
    const cart: readonly string[] | undefined = attributes.get(CART);
    expect(cart).toEqual(['book']);
    expect(attributes.has(CART)).toBe(true);
  });

  it('knows nothing that was not set', () => {
    const attributes = new SessionAttributes();
    expect([attributes.get(CART), attributes.has(CART), attributes.delete(CART)]).toEqual([undefined, false, false]);
  });

  it('takes two keys of one name for two attributes', () => {
    const attributes = new SessionAttributes();
    const other = new AttributeKey<number>('cart');
    attributes.set(CART, ['book']);
    attributes.set(other, 3);
    expect([attributes.get(CART), attributes.get(other)]).toEqual([['book'], 3]);
  });

  it('tells a value that is undefined from one that is not there', () => {
    const attributes = new SessionAttributes();
    const maybe = new AttributeKey<string | undefined>('maybe');
    attributes.set(maybe, undefined);
    expect([attributes.has(maybe), attributes.get(maybe)]).toEqual([true, undefined]);
  });

  it('forgets a value that is deleted, once', () => {
    const attributes = new SessionAttributes();
    attributes.set(CART, []);
    expect([attributes.delete(CART), attributes.delete(CART), attributes.get(CART)]).toEqual([true, false, undefined]);
  });

  it('belongs to one session alone', () => {
    const mine = new SessionAttributes();
    mine.set(CART, ['book']);
    expect(new SessionAttributes().has(CART)).toBe(false);
  });
});
