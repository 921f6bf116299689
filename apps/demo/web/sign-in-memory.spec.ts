import { SignInMemory } from './sign-in-memory.js';

const storageWith = (text: string | null = null): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> => {
  let kept = text;
  return { getItem: () => kept, setItem: (_key, value) => void (kept = value), removeItem: () => void (kept = null) };
};

describe('the memory of the sign-in', () => {
  it('recalls what it kept until it is told to forget', () => {
    const memory = new SignInMemory(storageWith());
    expect(memory.recall()).toBeUndefined();
    memory.keep({ token: 't', rooms: ['lobby', 'tea'] });
    expect(memory.recall()).toEqual({ token: 't', rooms: ['lobby', 'tea'] });
    memory.forget();
    expect(memory.recall()).toBeUndefined();
  });

  it.each(['{', 'null', '[]', '{"token":1,"rooms":[]}', '{"token":"t"}'])('makes nothing of %j', (text) => {
    expect(new SignInMemory(storageWith(text)).recall()).toBeUndefined();
  });

  it('leaves out rooms that are no names', () => {
    expect(new SignInMemory(storageWith('{"token":"t","rooms":["a",1,null]}')).recall()?.rooms).toEqual(['a']);
  });

  it('works where nothing can be kept', () => {
    const forbidden = (): never => {
      throw new Error('SecurityError');
    };
    const memory = new SignInMemory({ getItem: forbidden, setItem: forbidden, removeItem: forbidden });
    memory.keep({ token: 't', rooms: [] });
    memory.forget();
    expect(memory.recall()).toBeUndefined();
  });
});
