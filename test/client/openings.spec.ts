import { eventually } from '../support/eventually.js';
import { staticAuth } from '../auth/accounts.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { ChatServer } from './chat-server.js';
import { Relay } from './relay.js';
import { TestClient } from './test-client.js';

const startWithTokens = (): Promise<RunningNode> =>
  startNode({ providers: [ChatServer], options: { auth: staticAuth({ queryToken: 'token' }), defaultTopicPolicy: 'allow' } });

describe('a client that is asked who it is by the opening request', () => {
  it('asks for the token at each attempt', async () => {
    await using node = await startWithTokens();
    await using relay = await Relay.to(node.port);
    const tokens = ['alice-token', 'bob-token'];
    await using client = await TestClient.open(async () => `${relay.url}?token=${tokens.shift()}`);
    expect(await client.call('whoami')).toBe('alice');
    client.reconnect();
    await client.whenOpen();
    expect(await client.call('whoami')).toBe('bob');
  });

  it('offers the token as a subprotocol in the same way', async () => {
    await using node = await startWithTokens();
    await using client = await TestClient.open(node.url(), { protocols: async () => ['jsonrpc', 'bearer.alice-token'] });
    expect(await client.call('whoami')).toBe('alice');
  });

  it('stays closed when the token is refused', async () => {
    await using node = await startWithTokens();
    await using client = new TestClient(() => `${node.url()}?token=unknown`);
    client.connect();
    await expect(client.whenOpen()).rejects.toMatchObject({ code: 'NOT_CONNECTED', reason: { kind: 'refused', status: 401 } });
    expect(client.states.map(({ name }) => name)).toEqual(['connecting', 'closed']);
  });

  it('comes when the token does: functions that fail are attempts that failed', async () => {
    await using node = await startWithTokens();
    let tries = 0;
    await using client = new TestClient(async () => {
      if (++tries < 3) throw new Error('no token yet');
      return `${node.url()}?token=alice-token`;
    });
    client.connect();
    expect(await client.call('whoami')).toBe('alice');
    expect(client.states.filter(({ name }) => name === 'waiting')).toMatchObject([
      { attempt: 1, reason: { kind: 'not-prepared' } },
      { attempt: 2, reason: { kind: 'not-prepared' } },
    ]);
  });
});

describe('a client with a wire that is dead and does not know it', () => {
  it('comes back at once when it is told so, with its topics', async () => {
    await using node = await startWithTokens();
    await using relay = await Relay.to(node.port);
    await using client = await TestClient.open(`${relay.url}?token=alice-token`);
    const kinds: string[] = [];
    await client.subscribe('room:1', ({ kind }) => kinds.push(kind));
    relay.freeze();
    client.reconnect();
    expect(await client.call('whoami')).toBe('alice');
    await eventually(() => expect(kinds).toEqual(['gap']));
    expect(client.states.map(({ name }) => name)).toEqual(['connecting', 'open', 'waiting', 'connecting', 'open']);
  });
});
