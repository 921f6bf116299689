import { ServedMethods } from './served-methods.js';

describe('served methods', () => {
  const unheard: unknown[] = [];
  const onUnheard = (reason: unknown): void => void unheard.push(reason);
  beforeAll(() => void process.on('unhandledRejection', onUnheard));
  afterAll(() => void process.off('unhandledRejection', onUnheard));

  it('leave no rejection unheard when one throws after it ended the connection itself', async () => {
    const served = new ServedMethods(1, 65_536, () => undefined);
    served.add('leave', () => {
      served.abortAll();
      throw new Error('broken');
    });
    const text = await served.serve({ kind: 'call', method: 'leave', params: undefined, idText: '1' }, '1');
    await new Promise(setImmediate);
    expect(JSON.parse(text)).toMatchObject({ id: 1, error: { code: -32800 } });
    expect(unheard).toEqual([]);
  });
});
