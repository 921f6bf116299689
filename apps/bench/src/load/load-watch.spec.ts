import { LoadWatch } from './load-watch.js';

const never = new Promise<never>(() => undefined);

describe('LoadWatch', () => {
  it('hands on what a step comes to', async () => {
    expect(await new LoadWatch(1000).step('working', Promise.resolve(7))).toBe(7);
  });

  it('fails the running step with the first error that is reported', async () => {
    const watch = new LoadWatch(1000);
    const step = watch.step('working', never);
    watch.fail(new Error('first'));
    watch.fail(new Error('second'));
    await expect(step).rejects.toThrow('first');
  });

  it('fails later steps too', async () => {
    const watch = new LoadWatch(1000);
    watch.fail(new Error('broken'));
    await expect(watch.step('working', never)).rejects.toThrow('broken');
  });

  it('does not wait for answers that never come, and says how far the step got', async () => {
    await expect(new LoadWatch(1).step('counting', never, () => '3 are missing')).rejects.toThrow(
      'counting: not done after 1 ms, 3 are missing',
    );
  });
});
