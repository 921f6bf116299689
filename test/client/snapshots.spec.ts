/** A topic whose state the server gives when it begins to push it. */
import { TopicSnapshot } from 'nestjs-realtime';
import type { TopicEvent } from 'nestjs-realtime-client';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';
import type { ChatContract } from './chat-server.js';
import { ChatServer } from './chat-server.js';
import { TestClient } from './test-client.js';

type Event = TopicEvent<ChatContract['pushes']>;

class RoomStates {
  text = 'first';

  @TopicSnapshot('room:*')
  last(): object {
    return { text: this.text };
  }
}

const said = (event: Event): unknown => (event.kind === 'push' ? event.params.text : event.kind === 'snapshot' ? event.state : event.kind);

it('listeners hear the state before the pushes that follow it, after a break as well', async () => {
  await using node = await startNode({ providers: [ChatServer, RoomStates], options: { defaultTopicPolicy: 'allow' } });
  await using client = await TestClient.open(node.url());
  const heard: unknown[] = [];
  const others: unknown[] = [];
  client.onTopic('room:1', (event) => others.push(said(event)));
  await client.subscribe('room:1', (event) => heard.push(said(event)));
  await client.subscribe('plain');
  await node.hub.pushToTopic('room:1', 'chat.message', { text: 'one' });
  await client.call('echo');
  expect(heard).toEqual([{ text: 'first' }, 'one']);
  node.app.get(RoomStates).text = 'second';
  client.reconnect();
  await eventually(() => expect(heard).toEqual([{ text: 'first' }, 'one', 'gap', { text: 'second' }]));
  expect(others).toEqual(heard);
});

class LargeStates {
  @TopicSnapshot('large:*')
  state(): object {
    return { text: 'x'.repeat(30_000) };
  }

  @TopicSnapshot('huge:*')
  never(): object {
    return { text: 'x'.repeat(200_000) };
  }
}

it('topics whose states are too large together are asked for again, in calls of their own, after a break as well', async () => {
  const options = { defaultTopicPolicy: 'allow', outbound: { maxBytes: 100_000 } } as const;
  await using node = await startNode({ providers: [ChatServer, LargeStates], options });
  await using client = await TestClient.open(node.url());
  const topics = Array.from({ length: 7 }, (_, n) => `large:${n}`);
  const states = new Map(topics.map((topic) => [topic, 0]));
  const ended: unknown[] = [];
  const listeners = topics.map((topic) =>
    client.subscribe(topic, (event) => {
      if (event.kind === 'snapshot') states.set(topic, (states.get(topic) ?? 0) + 1);
      if (event.kind === 'ended') ended.push(topic);
    }),
  );
  await Promise.all(listeners);
  await expect(client.subscribe('huge:1')).rejects.toMatchObject({ reason: 'PayloadTooLarge' });
  expect(node.hub.stats().topics).toBe(topics.length);
  client.reconnect();
  await eventually(() => expect([...states.values()]).toEqual(topics.map(() => 2)));
  expect([node.hub.stats().topics, ended]).toEqual([topics.length, []]);
});
