/** The promises of `ClusterBus`. */
import assert from 'node:assert/strict';
import { ClusterBusError } from '../cluster/cluster-bus-error.js';
import type { ContractCase, ContractNodes } from './contract-nodes.js';
import { until } from './until.js';

const UNUSUAL_NAMES = ['t:a b', 't:{x}:*', 't:a..b>', 't:}{', `t:${'😀'.repeat(63)}`, 't:line\nfeed', 't:\u0000', 't:'];
const UNUSUAL_TEXTS = ['', ' ', '"', '\n\r\u0000', 'ä😀\u2028', 'x'.repeat(100_000)];

export const BUS_CONTRACT: readonly ContractCase[] = [
  {
    title: 'brings a text to every node that listens, and to no other',
    async run(nodes: ContractNodes) {
      const [publisher, listener, another, deaf] = await four(nodes);
      await listener.bus.listen('t:news');
      await another.bus.listen('t:news');
      await deaf.bus.listen('t:other');
      await publisher.bus.publish('t:news', 'hello');
      await publisher.bus.publish('t:other', 'the end');
      await until(() => assert.deepEqual(deaf.textsOf('t:other'), ['the end']));
      await until(() => assert.deepEqual(listener.textsOf('t:news'), ['hello']));
      await until(() => assert.deepEqual(another.textsOf('t:news'), ['hello']));
      assert.deepEqual(deaf.textsOf('t:news'), []);
    },
  },
  {
    title: 'carries every character, in channels and in texts',
    async run(nodes) {
      const [publisher, listener] = await four(nodes);
      for (const channel of UNUSUAL_NAMES) await listener.bus.listen(channel);
      for (const channel of UNUSUAL_NAMES) for (const text of UNUSUAL_TEXTS) await publisher.bus.publish(channel, text);
      await until(() => assert.equal(listener.received.length, UNUSUAL_NAMES.length * UNUSUAL_TEXTS.length));
      for (const channel of UNUSUAL_NAMES) assert.deepEqual(listener.textsOf(channel), UNUSUAL_TEXTS);
    },
  },
  {
    title: 'keeps the order of a publisher on a channel',
    async run(nodes) {
      const [publisher, listener] = await four(nodes);
      await listener.bus.listen('t:order');
      const sent = Array.from({ length: 2_000 }, (_, index) => String(index));
      // Some together, some one by one.
      for (let at = 0; at < sent.length; at += 50) {
        const published = sent.slice(at, at + 50).map((text) => publisher.bus.publish('t:order', text));
        if (at % 100 === 0) await Promise.all(published);
      }
      await until(() => assert.equal(listener.received.length, sent.length));
      assert.deepEqual(listener.textsOf('t:order'), sent);
    },
  },
  {
    title: 'has a channel from the moment that listening was confirmed',
    async run(nodes) {
      const [publisher, listener] = await four(nodes);
      for (let round = 0; round < 50; round++) {
        await listener.bus.listen(`t:round-${round}`);
        await publisher.bus.publish(`t:round-${round}`, 'now');
      }
      await until(() => assert.equal(listener.received.length, 50));
    },
  },
  {
    title: 'brings nothing of a channel that is ignored',
    async run(nodes) {
      const [publisher, listener] = await four(nodes);
      await listener.bus.listen('t:left');
      listener.bus.ignore('t:left');
      await listener.bus.listen('t:marker');
      await publisher.bus.publish('t:left', 'too late');
      await publisher.bus.publish('t:marker', 'here');
      await until(() => assert.deepEqual(listener.textsOf('t:marker'), ['here']));
      assert.deepEqual(listener.textsOf('t:left'), []);
    },
  },
  {
    title: 'ends as it was wished last, however often it is wished',
    async run(nodes) {
      const [publisher, listener] = await four(nodes);
      const wishes: Promise<void>[] = [];
      for (let round = 0; round < 200; round++) {
        const channel = `t:${round % 10}`;
        wishes.push(listener.bus.listen(channel).catch(() => undefined));
        // The odd ones are left last.
        if (round < 190 || round % 2 === 1) listener.bus.ignore(channel);
        if (round % 17 === 0) await listener.bus.listen(`t:pause-${round}`);
      }
      await Promise.all(wishes);
      await listener.bus.listen('t:marker');
      for (let index = 0; index < 10; index++) await publisher.bus.publish(`t:${index}`, 'last');
      await publisher.bus.publish('t:marker', 'here');
      await until(() => assert.deepEqual(listener.textsOf('t:marker'), ['here']));
      const heard = Array.from({ length: 10 }, (_, index) => listener.textsOf(`t:${index}`).length);
      assert.deepEqual(heard, [1, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
    },
  },
  {
    title: 'takes a listen that is there already',
    async run(nodes) {
      const [publisher, listener] = await four(nodes);
      await listener.bus.listen('t:twice');
      await listener.bus.listen('t:twice');
      await publisher.bus.publish('t:twice', 'once');
      await publisher.bus.publish('t:twice', 'end');
      await until(() => assert.deepEqual(listener.textsOf('t:twice'), ['once', 'end']));
    },
  },
  {
    title: 'hears again what it listened to after it was made anew',
    async run(nodes) {
      const [publisher, listener] = await four(nodes);
      await listener.bus.listen('t:kept');
      listener.bus.renew();
      await until(async () => {
        await publisher.bus.publish('t:kept', 'again');
        assert.ok(listener.textsOf('t:kept').includes('again'));
      });
    },
  },
  {
    title: 'refuses when it has been closed',
    async run(nodes) {
      const [node] = await four(nodes);
      await node.close();
      await assert.rejects(node.bus.publish('t:x', 'text'), ClusterBusError);
      await assert.rejects(node.bus.listen('t:x'), ClusterBusError);
      node.bus.ignore('t:x');
      node.bus.renew();
    },
  },
];

async function four(nodes: ContractNodes) {
  const [first, second, third, fourth] = [await nodes.connect(), await nodes.connect(), await nodes.connect(), await nodes.connect()];
  return [first, second, third, fourth] as const;
}
