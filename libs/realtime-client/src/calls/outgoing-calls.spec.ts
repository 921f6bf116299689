import type { CallOptions } from 'nestjs-realtime-protocol';
import { RawJson } from 'nestjs-realtime-protocol';
import { failureOf } from '../../../../test/client/failure-of.js';
import type { ConnectionState } from '../connection/connection-state.js';
import { NotConnectedError } from '../connection/connection-state.js';
import { OutgoingCalls } from './outgoing-calls.js';

describe('calls of the application', () => {
  let state: ConnectionState;
  let sent: unknown[];
  let calls: OutgoingCalls;

  beforeEach(() => {
    state = { name: 'open' };
    sent = [];
    const request = async (method: string, params: unknown, options: CallOptions): Promise<unknown> => sent.push([method, params, options]);
    const notify = (method: string): boolean => sent.push(method) > 0;
    calls = new OutgoingCalls({ request, notify }, () => state, 500, 1);
  });

  it('leave at once on an open connection, with the usual time limit unless they name one', async () => {
    await calls.whenOpen({});
    await calls.call('a', { n: 1 });
    await calls.call('b', undefined, { timeoutMs: 7 });
    expect(sent).toEqual([
      ['a', { n: 1 }, { timeoutMs: 500 }],
      ['b', undefined, { timeoutMs: 7 }],
    ]);
  });

  it('wait while a connection is being made, with the params as they were', async () => {
    state = { name: 'connecting', attempt: 1 };
    const params = { n: 1 };
    const call = calls.call('a', params, { timeoutMs: 0 });
    params.n = 2;
    expect(await failureOf(calls.call('b', undefined))).toMatchObject({ code: 'TOO_MANY_CALLS' });
    calls.opened();
    await call;
    expect(sent).toEqual([['a', RawJson.encode({ n: 1 }), { timeoutMs: 0 }]]);
  });

  it('fail where no connection is being made, and when it fails', async () => {
    state = { name: 'connecting', attempt: 1 };
    const failure = failureOf(calls.whenOpen({}));
    calls.failWaiting(new NotConnectedError('closed'));
    state = { name: 'idle' };
    expect([await failure, await failureOf(calls.call('a', {}))]).toMatchObject([{ message: 'closed' }, { code: 'NOT_CONNECTED' }]);
  });

  it('do not wait as notifications, nor as requests', async () => {
    state = { name: 'connecting', attempt: 1 };
    expect(calls.notify('tell', {})).toBe(false);
    await calls.request('login', {});
    expect(sent).toEqual([['login', {}, { timeoutMs: 500 }]]);
  });
});
