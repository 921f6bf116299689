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

describe('the answers of a batch', () => {
  const ids = ['1', '"two"', '3'];
  const answer = (idText: string, characters: number): string => `{"jsonrpc":"2.0","id":${idText},"result":"${'x'.repeat(characters)}"}`;

  it('leave as they are if they fit together', () => {
    const served = new ServedMethods(1, 1_000, () => undefined);
    const texts = ids.map((id) => answer(id, 10));
    expect(served.together(texts, ids)).toBe(`[${texts.join(',')}]`);
  });

  it('fail where they do not fit together, and who comes first keeps its answer', () => {
    const faults: unknown[] = [];
    const served = new ServedMethods(1, 1_000, (fault) => faults.push(fault));
    const text = served.together(
      ids.map((id) => answer(id, 500)),
      ids,
    );
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_000);
    expect(JSON.parse(text)).toMatchObject([
      { id: 1, result: expect.any(String) },
      { id: 'two', error: { code: -32603 } },
      { id: 3, error: { code: -32603 } },
    ]);
    expect(faults).toEqual([expect.objectContaining({ code: 'FRAME_TOO_LARGE' })]);
  });

  it('fit to the byte', () => {
    const texts = ids.map((id) => answer(id, 100));
    const bytes = Buffer.byteLength(`[${texts.join(',')}]`);
    expect(new ServedMethods(1, bytes, () => undefined).together(texts, ids)).toHaveLength(bytes);
    const short = new ServedMethods(1, bytes - 1, () => undefined).together(texts, ids);
    expect(Buffer.byteLength(short)).toBeLessThan(bytes);
  });

  it('are none where not even errors fit', () => {
    const served = new ServedMethods(1, 100, () => undefined);
    expect(() =>
      served.together(
        ids.map((id) => answer(id, 50)),
        ids,
      ),
    ).toThrow(expect.objectContaining({ code: 'FRAME_TOO_LARGE' }));
  });
});
