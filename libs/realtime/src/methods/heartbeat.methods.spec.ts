import { jest } from '@jest/globals';
import { HeartbeatMethods } from './heartbeat.methods.js';
import { RpcCall } from '../rpc/rpc-call.js';
import { openSession } from '../session/open-session.fixture.js';

describe('heartbeat', () => {
  const call = new RpcCall(openSession().session, 'heartbeat', undefined, '1', undefined);
  afterEach(() => jest.useRealTimers());

  it.each([
    [0, 0],
    [999, 0],
    [1000, 1],
    [1_700_000_000_999, 1_700_000_000],
  ])('answers the time %i ms as whole seconds', (nowMs, seconds) => {
    jest.useFakeTimers({ now: nowMs });
    expect(new HeartbeatMethods().heartbeat(call)).toEqual({ status: 'ok', server_time: seconds });
  });
});
