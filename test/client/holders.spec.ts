import type { HubService } from 'nestjs-realtime';
import { TopicPolicy } from 'nestjs-realtime';
import type { TopicEvent } from 'nestjs-realtime-client';
import { WebSocketServer } from 'ws';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import type { ChatContract } from './chat-server.js';
import { ChatServer } from './chat-server.js';
import { failureOf } from './failure-of.js';
import { Relay } from './relay.js';
import { TestClient } from './test-client.js';

type Event = TopicEvent<ChatContract['pushes']>;

const startChat = (): Promise<RunningNode> => startNode({ providers: [ChatServer], options: { defaultTopicPolicy: 'allow' } });

/** A server that greets everybody who joins a topic, in the same write as its answer. */
async function startGreeting(): Promise<RunningNode> {
  const started: { hub?: HubService } = {};
  const topicJoined = ({ topic }: { topic: string }): void => {
    queueMicrotask(() => void started.hub?.pushToTopic(topic, 'chat.message', { text: 'welcome' }));
  };
  const node = await startNode({ providers: [ChatServer], options: { defaultTopicPolicy: 'allow', observers: [{ topicJoined }] } });
  started.hub = node.hub;
  return node;
}

class ThoughtfulPolicy {
  gate: Promise<void> | undefined;

  @TopicPolicy('room:*')
  async mayListen(): Promise<boolean> {
    await this.gate;
    return true;
  }
}

const texts = (events: readonly Event[]): string[] => events.map((event) => (event.kind === 'push' ? event.params.text : event.kind));

describe('two parts of an application that listen to one topic', () => {
  it('do not make each other deaf', async () => {
    await using node = await startChat();
    await using client = await TestClient.open(node.url());
    const [first, second]: [Event[], Event[]] = [[], []];
    const one = await client.subscribe('room:1', (event) => first.push(event));
    const other = await client.subscribe('room:1', (event) => second.push(event));
    await one.unsubscribe();
    expect(await node.hub.pushToTopic('room:1', 'chat.message', { text: 'hello' })).toEqual({ reached: 1 });
    await client.call('echo');
    expect([texts(first), texts(second)]).toEqual([[], ['hello']]);
    await other.unsubscribe();
    expect(await node.hub.pushToTopic('room:1', 'chat.message', { text: 'gone' })).toEqual({ reached: 0 });
  });

  it('hear the push that came with the answer, whether they listened before or behind it', async () => {
    await using node = await startGreeting();
    await using client = await TestClient.open(node.url());
    const [before, behind]: [Event[], Event[]] = [[], []];
    await client.subscribe('room:1', (event) => before.push(event));
    client.onTopic('room:1', (event) => behind.push(event));
    await eventually(() => expect([texts(before), texts(behind)]).toEqual([['welcome'], ['welcome']]));
  });

  it('have their topic when the connection is made after they asked, closed and made again', async () => {
    await using node = await startChat();
    await using client = new TestClient(node.url());
    const events: Event[] = [];
    const held = client.subscribe('room:1', (event) => events.push(event));
    client.connect();
    client.close();
    client.connect();
    expect(await failureOf(held)).toMatchObject({ code: 'NOT_CONNECTED' });
    await eventually(async () => expect(await node.hub.pushToTopic('room:1', 'chat.message', { text: 'hello' })).toEqual({ reached: 1 }));
    await client.call('echo');
    expect(texts(events)).toEqual(['hello']);
  });

  it('keep the connection when a policy takes long at the next one', async () => {
    let open: () => void = () => undefined;
    await using node = await startNode({ providers: [ChatServer, ThoughtfulPolicy] });
    await using relay = await Relay.to(node.port);
    await using client = await TestClient.open(relay.url, { connectTimeoutMs: 2_000 });
    const events: Event[] = [];
    await client.subscribe('room:1', (event) => events.push(event));
    node.app.get(ThoughtfulPolicy).gate = new Promise((resolve) => (open = resolve));
    relay.cut();
    await eventually(() => expect(client.state.name).not.toBe('open'));
    expect(await client.call('echo', { n: 1 })).toEqual({ n: 1 });
    expect([client.topics, texts(events)]).toEqual([[], []]);
    open();
    await eventually(() => expect(texts(events)).toEqual(['gap']));
    expect(client.states.map(({ name }) => name)).toEqual(['connecting', 'open', 'waiting', 'connecting', 'open']);
  });
});

describe('a topic that the server joined without saying so in words that are understood', () => {
  it('is left, so that nothing is pushed to nobody', async () => {
    const asked: string[] = [];
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    server.on('connection', (socket) =>
      socket.on('message', (data: Buffer) => {
        const { id, method } = JSON.parse(data.toString()) as { id: number; method: string };
        asked.push(method);
        socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: { success: true, data: { subscribed: ['room:1'] } } }));
      }),
    );
    await using client = await TestClient.open(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`);
    expect(await failureOf(client.subscribe('room:1'))).toMatchObject({ code: 'BAD_ANSWER' });
    await eventually(() => expect(asked).toEqual(['subscribe', 'unsubscribe']));
    client.close();
    await new Promise((resolve) => server.close(resolve));
  });
});
