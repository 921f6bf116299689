/** What the compiler accepts and refuses is checked by `tsc --noEmit`: a line that is marked and compiles after all is an error there. */
import type { CallArguments, CallsOf, NameOf, ResultOf, RpcContract, TopicEvent } from 'nestjs-realtime-client';
import { RealtimeClient } from 'nestjs-realtime-client';
import type { ChatContract } from './chat-server.js';
import { FakeWebSocket } from './fake-web-socket.js';

const client = new RealtimeClient<ChatContract>('ws://example.com/ws', { webSocket: FakeWebSocket });

/** Never sent: the client is not connected. */
const outcomeOf = (call: Promise<unknown>): Promise<unknown> => call.catch((error: { code: unknown }) => error.code);

/** What an application may write around a client. */
async function twice<C extends RpcContract, M extends NameOf<CallsOf<C>>>(
  to: RealtimeClient<C>,
  method: M,
  ...args: CallArguments<CallsOf<C>[M]>
): Promise<ResultOf<CallsOf<C>[M]>> {
  await to.call(method, ...args);
  return to.call(method, ...args);
}

describe('a client with a contract', () => {
  it('calls the methods of the contract with their params, and knows their results', async () => {
    const typed: Promise<{ ok: true }> = client.call('sign-in', { userId: 'ada' });
    const none: Promise<string | null> = client.call('whoami', undefined, { timeoutMs: 5 });
    const calls = [
      typed,
      none,
      client.call('echo'),
      client.call('echo', { any: 'thing' }),
      // @ts-expect-error the contract has no such method
      client.call('unknown'),
      // @ts-expect-error the params are missing
      client.call('sign-in'),
      // @ts-expect-error the params are others
      client.call('sign-in', { name: 'ada' }),
      // @ts-expect-error whoami takes no params
      client.call('whoami', { userId: 'ada' }),
    ];
    expect(new Set(await Promise.all(calls.map(outcomeOf)))).toEqual(new Set(['NOT_CONNECTED']));
  });

  it('listens to the pushes of the contract and of the library', () => {
    const stops = [
      client.on('chat.message', ({ text }, { topic }) => `${text.trim()} ${topic?.trim()}`),
      client.on('session.shutdown', ({ reconnectAfterMs }) => reconnectAfterMs.toFixed()),
      // @ts-expect-error the contract has no such push
      client.on('chat.unknown', () => undefined),
      // @ts-expect-error the push has no such member
      client.on('chat.message', ({ words }) => void words),
      client.onTopic('room:1', (event: TopicEvent<ChatContract['pushes']>) => {
        if (event.kind === 'push' && event.method === 'chat.message') event.params.text.trim();
      }),
    ];
    for (const stop of stops) stop();
    expect(client.state.name).toBe('idle');
  });

  it('serves the methods that the contract lets the server call', () => {
    const stop = client.handle('client.add', (numbers, { signal }) => numbers.length + Number(signal.aborted));
    stop();
    // @ts-expect-error the contract wants a number
    client.handle('client.add', () => 'three')();
    // @ts-expect-error the contract has no such method
    client.handle('client.unknown', () => 1)();
    expect(client.state.name).toBe('idle');
  });

  it('can be wrapped by functions as general as its own', async () => {
    const typed: Promise<{ ok: true }> = twice(client, 'sign-in', { userId: 'ada' });
    // @ts-expect-error the params are missing
    const wrong: Promise<unknown> = twice(client, 'sign-in');
    expect(await Promise.all([typed, wrong].map(outcomeOf))).toEqual(['NOT_CONNECTED', 'NOT_CONNECTED']);
  });

  it('may call anything without one', async () => {
    const untyped = new RealtimeClient('ws://example.com/ws', { webSocket: FakeWebSocket });
    const call: Promise<unknown> = untyped.call('any.thing', [1, 2]);
    untyped.on('any.push', (params: unknown) => params)();
    expect(await outcomeOf(call)).toBe('NOT_CONNECTED');
  });
});
