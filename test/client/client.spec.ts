import type { TopicEvent } from 'nestjs-realtime-client';
import { RpcError } from 'nestjs-realtime-client';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import type { ChatContract } from './chat-server.js';
import { ChatServer } from './chat-server.js';
import { failureOf } from './failure-of.js';
import { Relay } from './relay.js';
import { TestClient } from './test-client.js';

const startChat = (): Promise<RunningNode> =>
  startNode({ providers: [ChatServer], options: { defaultTopicPolicy: 'allow', drain: { windowMs: 50, timeoutMs: 10_000 } } });

describe('a client and a server', () => {
  it('call each other', async () => {
    await using node = await startChat();
    await using client = await TestClient.open(node.url());
    client.handle('client.add', (numbers) => numbers.reduce((sum, n) => sum + n, 0));
    await client.call('sign-in', { userId: 'ada' });
    expect(await client.call('echo', { text: 'hello' })).toEqual({ text: 'hello' });
    expect(await client.call('whoami')).toBe('ada');
    const [session] = node.hub.sessionsOfUser('ada');
    expect(await session?.call('client.add', [1, 2, 3])).toBe(6);
    await expect(session?.call('client.unknown')).rejects.toMatchObject({ code: -32601 });
  });

  it('agree on errors', async () => {
    await using node = await startChat();
    await using client = await TestClient.open(node.url());
    await expect(client.call('refuse')).rejects.toMatchObject({
      code: -32009,
      reason: 'Conflict',
      message: 'Not twice',
      data: { tries: 2 },
    });
  });

  it('agree on the longest frame: a call that is longer is not sent, and the connection stays', async () => {
    await using node = await startChat();
    await using client = await TestClient.open(node.url());
    await expect(client.call('echo', { text: 'x'.repeat(65_536) })).rejects.toMatchObject({ code: 'FRAME_TOO_LARGE' });
    const text = 'x'.repeat(65_000);
    expect(await client.call('echo', { text })).toEqual({ text });
  });

  it('settle a call of the server whose answer cannot be sent', async () => {
    await using node = await startChat();
    const faults: unknown[] = [];
    await using client = await TestClient.open(node.url(), { onFault: (fault) => void faults.push(fault) });
    client.handle('client.add', () => {
      throw new RpcError(1, 'no', { data: { n: 10n } });
    });
    await client.call('sign-in', { userId: 'ada' });
    await expect(node.hub.sessionsOfUser('ada')[0]?.call('client.add', [1])).rejects.toMatchObject({ code: -32603 });
    expect(faults).toEqual([expect.any(TypeError)]);
  });

  it('agree that nobody waits when a call is aborted or takes too long', async () => {
    await using node = await startChat();
    await using client = await TestClient.open(node.url());
    await expect(client.call('wait', undefined, { timeoutMs: 1 })).rejects.toMatchObject({ code: 'CALL_TIMEOUT' });
    const controller = new AbortController();
    const failure = failureOf(client.call('wait', undefined, { signal: controller.signal }));
    controller.abort(new Error('enough'));
    expect(await failure).toMatchObject({ message: 'enough' });
    await eventually(async () => expect(await client.call('aborted')).toBe(2));
  });

  it('share topics, and their refusals', async () => {
    await using node = await startChat();
    await using client = await TestClient.open(node.url());
    const events: TopicEvent<ChatContract['pushes']>[] = [];
    client.onTopic('room:1', (event) => events.push(event));
    const texts: string[] = [];
    client.on('chat.message', ({ text }, { topic }) => texts.push(`${topic}: ${text}`));
    const outcomes = await Promise.allSettled([client.subscribe('room:1'), client.subscribe('private:ada')]);
    expect(outcomes).toMatchObject([{ status: 'fulfilled' }, { reason: { code: -32003 } }]);
    await node.hub.pushToTopic('room:1', 'chat.message', { text: 'hello' });
    await client.call('echo');
    expect(texts).toEqual(['room:1: hello']);
    expect(events).toEqual([{ kind: 'push', topic: 'room:1', method: 'chat.message', params: { text: 'hello' } }]);
    await client.unsubscribe('room:1');
    expect(await node.hub.pushToTopic('room:1', 'chat.message', { text: 'gone' })).toEqual({ reached: 0 });
  });

  it('part for good when the server kicks', async () => {
    await using node = await startChat();
    await using client = await TestClient.open(node.url());
    const reasons: string[] = [];
    client.on('session.kicked', ({ reason }) => reasons.push(reason));
    const failure = failureOf(client.call('wait'));
    await node.hub.kick({ kind: 'all' }, 'spam');
    await eventually(() => expect(client.state).toMatchObject({ name: 'closed', reason: { code: 4500, reason: 'Kicked' } }));
    expect(await failure).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(reasons).toEqual(['spam']);
  });

  it('part for good when the server does not let the client sign in', async () => {
    await using node = await startChat();
    await using client = new TestClient(node.url(), {
      onOpen: async (opening) => void (await opening.call('sign-in', { userId: 'nobody' })),
    });
    client.connect();
    await expect(client.whenOpen()).rejects.toMatchObject({ code: 'NOT_CONNECTED', reason: { kind: 'sign-in-failed' } });
    expect(client.state).toMatchObject({ name: 'closed', reason: { message: 'onOpen failed: Nobody by that name (sign-in)' } });
  });

  it('find each other again when the connection breaks: signed in, with every topic, and with the gap named', async () => {
    await using node = await startChat();
    await using relay = await Relay.to(node.port);
    await using client = await TestClient.open(relay.url, {
      onOpen: async (opening) => void (await opening.call('sign-in', { userId: 'ada' })),
    });
    const events: TopicEvent<ChatContract['pushes']>[] = [];
    client.onTopic('private:ada', (event) => events.push(event));
    await client.subscribe('private:ada');
    const failure = failureOf(client.call('wait'));
    relay.cut();
    expect(await failure).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await client.call('whoami')).toBe('ada');
    await eventually(async () =>
      expect(await node.hub.pushToTopic('private:ada', 'chat.message', { text: 'back' })).toEqual({ reached: 1 }),
    );
    await client.call('echo');
    expect(events).toMatchObject([
      { kind: 'gap', reason: 'reconnected' },
      { kind: 'push', params: { text: 'back' } },
    ]);
    expect(client.states.map(({ name }) => name)).toEqual(['connecting', 'open', 'waiting', 'connecting', 'open']);
  });

  it('find each other again when the network goes silent', async () => {
    await using node = await startChat();
    await using relay = await Relay.to(node.port);
    await using client = await TestClient.open(relay.url, { heartbeat: { intervalMs: 20, timeoutMs: 50 } });
    relay.freeze();
    await eventually(() => expect(client.states).toContainEqual(expect.objectContaining({ name: 'waiting' })));
    await client.whenOpen();
    expect(client.states[2]).toMatchObject({ reason: { kind: 'lost', message: 'The server went silent' } });
  });

  it('find each other again when the server is replaced by another one', async () => {
    await using relay = await Relay.to(0);
    await using client = new TestClient(relay.url);
    let advisedMs: number | undefined;
    client.on('session.shutdown', ({ reconnectAfterMs }) => void (advisedMs = reconnectAfterMs));
    {
      await using node = await startChat();
      relay.turnTo(node.port);
      client.connect();
      await client.whenOpen();
    }
    await eventually(() => expect(client.state.name).not.toBe('open'));
    const waiting = client.states.find(({ name }) => name === 'waiting');
    expect(waiting).toMatchObject({ reason: { kind: 'closed-by-server', code: 1012 }, delayMs: advisedMs });
    await using other = await startChat();
    relay.turnTo(other.port);
    expect(await client.call('echo', { text: 'hello' })).toEqual({ text: 'hello' });
  });

  it('say what is wrong when nobody listens there', async () => {
    await using client = new TestClient('ws://127.0.0.1:1/ws', { reconnect: false });
    client.connect();
    await expect(client.whenOpen()).rejects.toMatchObject({
      reason: { kind: 'unreachable', message: expect.stringContaining('ECONNREFUSED') },
    });
  });
});
