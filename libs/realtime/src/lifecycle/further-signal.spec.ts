import { jest } from '@jest/globals';
import { onFurtherSignal } from './further-signal.js';

describe('onFurtherSignal', () => {
  it('hears signals that the process handles anyway, until it is told to stop', () => {
    const handler = (): void => undefined;
    process.on('SIGHUP', handler);
    const act = jest.fn();
    try {
      const stop = onFurtherSignal(act);
      process.emit('SIGHUP', 'SIGHUP');
      expect(act).toHaveBeenCalledTimes(1);
      stop();
      process.emit('SIGHUP', 'SIGHUP');
      expect(act).toHaveBeenCalledTimes(1);
    } finally {
      process.off('SIGHUP', handler);
    }
  });

  it('leaves signals alone that would end the process', () => {
    const before = process.listenerCount('SIGQUIT');
    expect(before).toBe(0);
    const stop = onFurtherSignal(() => undefined);
    expect(process.listenerCount('SIGQUIT')).toBe(0);
    stop();
  });
});
