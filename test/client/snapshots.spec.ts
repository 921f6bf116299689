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
