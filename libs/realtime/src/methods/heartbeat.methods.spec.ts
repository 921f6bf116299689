import { jest } from '@jest/globals';
import { HeartbeatMethods } from './heartbeat.methods.js';

describe('heartbeat', () => {
  afterEach(() => jest.useRealTimers());

  it.each([
    [0, 0],
    [999, 0],
    [1000, 1],
    [1_700_000_000_999, 1_700_000_000],
  ])('answers the time %i ms as whole seconds', (nowMs, seconds) => {
    jest.useFakeTimers({ now: nowMs });
    expect(new HeartbeatMethods().heartbeat()).toEqual({ status: 'ok', server_time: seconds });
  });
});
