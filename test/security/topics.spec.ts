/** Names that look like a topic, or mean many, open no topic that the policy has not opened. */
import { RpcGateway, TopicPolicy } from 'nestjs-realtime';
import type { TopicRequest } from 'nestjs-realtime';
import { startNode } from '../support/start-node.js';

@RpcGateway()
class RoomsGateway {
  @TopicPolicy('room:*')
  room({ topic }: TopicRequest): boolean {
    return topic === 'room:own';
  }
}

const NEAR_MISSES: [string, string][] = [
  ['the topic of somebody else', 'room:theirs'],
  ['a pattern', 'room:*'],
  ['a pattern of everything', '*'],
  ['a prefix', 'room:'],
  ['a zero at the end', 'room:own\u0000'],
  ['a line feed at the end', 'room:own\n'],
  ['a space at the end', 'room:own '],
  ['a space before it', ' room:own'],
  ['capitals', 'ROOM:own'],
  ['a Cyrillic letter', 'room:оwn'],
  ['a zero-width space', 'room:o\u200bwn'],
  ['another form of the same letters', 'room:ówn'.normalize('NFD')],
  ['a colon of full width', 'room：own'],
  ['an escape', 'room%3Aown'],
  ['a path', 'room:../own'],
  ['300 characters', `room:${'o'.repeat(295)}`],
  ['half of a surrogate pair', 'room:own\ud83d'],
];

it.each(NEAR_MISSES)('%s is not the topic that is allowed', async (_what, name) => {
  await using node = await startNode({ providers: [RoomsGateway], options: { defaultTopicPolicy: 'deny' } });
  await using owner = await node.connect();
  await using peer = await node.connect();
  expect(await owner.result('subscribe', { topics: ['room:own'] })).toEqual({ subscribed: ['room:own'] });
  const { error } = await peer.request('subscribe', { topics: [name] });
  expect([-32003, -32602]).toContain(error?.code);
  expect(await node.hub.pushToTopic('room:own', 'news', [])).toEqual({ reached: 1 });
  await owner.push('news');
  await peer.settled();
  expect(peer.pushes).toEqual([]);
});
