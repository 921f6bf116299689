import { DemoConfig } from '../config/demo-config.js';
import { UsersService } from './users.service.js';

describe('the users of the demo', () => {
  const wish = (address: string, signal = new AbortController().signal) => ({ address, signal });
  const starting = async (): Promise<UsersService> => {
    const users = new UsersService(DemoConfig.fromEnv({}));
    await users.onModuleInit();
    return users;
  };

  it('are not told apart for ever more people at once: what comes beyond the queue is refused', async () => {
    const users = await starting();
    const asked = Array.from({ length: 40 }, (_, index) => users.authenticate('test', '123456', wish(`192.0.2.${index}`)));
    const answers = await Promise.allSettled(asked);
    expect(answers.slice(0, 34).every((answer) => answer.status === 'fulfilled' && answer.value?.userId === 'test')).toBe(true);
    expect(answers.slice(34)).toMatchObject(Array(6).fill({ status: 'rejected', reason: { code: -32053 } }));
  });

  it('are still known to others while one address floods the queue', async () => {
    const users = await starting();
    const flood = Array.from({ length: 40 }, () => users.authenticate('test', 'a guess', wish('192.0.2.1')));
    const refused = (await Promise.allSettled(flood.slice(8))).map(({ status }) => status);
    expect(await users.authenticate('admin', '123456', wish('198.51.100.1'))).toMatchObject({ userId: 'admin' });
    expect(new Set(refused)).toEqual(new Set(['rejected']));
    expect(await Promise.all(flood.slice(0, 8))).toEqual(Array(8).fill(undefined));
  });

  it('are not looked for once nobody waits for the answer', async () => {
    const users = await starting();
    const gone = AbortSignal.abort(new Error('disconnected'));
    await expect(users.authenticate('test', '123456', wish('192.0.2.1', gone))).rejects.toThrow('disconnected');
  });
});
