import { failureOf } from '../../../../test/client/failure-of.js';
import type { Opening } from './caller.js';
import type { UntypedContract } from './contract.js';
import { SignIn } from './sign-in.js';

describe('sign-in', () => {
  let link: object;
  let fault: Error | undefined;
  const sent: string[] = [];
  const request = async (method: string): Promise<unknown> => {
    if (fault) throw fault;
    return sent.push(method);
  };
  const notify = (method: string): boolean => sent.push(method) > 0;
  const signInWith = (onOpen?: (opening: Opening<UntypedContract>) => void | Promise<void>): SignIn<UntypedContract> =>
    new SignIn(onOpen, { request }, { notify }, () => link);

  beforeEach(() => {
    link = {};
    fault = undefined;
    sent.length = 0;
  });

  it('says whether the client has been open before', async () => {
    const seen: boolean[] = [];
    const signIn = signInWith(({ reconnected }) => void seen.push(reconnected));
    await signIn.run(link);
    await signIn.run(link);
    signIn.opened();
    await signIn.run(link);
    expect(seen).toEqual([false, false, true]);
  });

  it('sends nothing for a connection that has ended', async () => {
    let opening: Opening<UntypedContract> | undefined;
    await signInWith((own) => void (opening = own)).run(link);
    expect([opening?.notify('hello'), await opening?.call('login')]).toEqual([true, 2]);
    link = {};
    expect([opening?.notify('hello'), await failureOf(opening?.call('login') ?? Promise.resolve())]).toMatchObject([
      false,
      { code: 'NOT_CONNECTED' },
    ]);
    expect(sent).toEqual(['hello', 'login']);
  });

  it('names the call that it failed with', async () => {
    fault = new Error('no');
    const signIn = signInWith(async ({ call }) => void (await call('login')));
    expect(await failureOf(signIn.run(link))).toMatchObject({ message: 'onOpen failed: no (login)', thrown: fault });
  });

  it('is nothing to wait for where the application has none', async () => {
    await signInWith().run(link);
    expect(sent).toEqual([]);
  });
});
