import { NodeCounters } from '../observe/node-counters.js';
import { ClusterBusError } from './cluster-bus-error.js';
import type { ClusterBus } from './cluster-engine.js';
import { ClusterLink } from './cluster-link.js';
import { encodeMessage } from './cluster-message.js';

describe('the link to the other nodes', () => {
  const sent: string[] = [];
  const bus: ClusterBus = {
    publish: async (_channel, text) => void sent.push(text),
    listen: () => Promise.resolve(),
    ignore: () => undefined,
    renew: () => undefined,
  };
  let counters: NodeCounters;
  let gaps: number;
  let link: ClusterLink;

  beforeEach(() => {
    sent.length = 0;
    gaps = 0;
    counters = new NodeCounters();
    counters.topicGap = () => void gaps++;
    link = new ClusterLink(
      () => bus,
      counters,
      () => undefined,
    );
    link.speakAs('me|1');
    link.on('push', () => undefined);
  });

  const take = (sender: string, sequence: number, previous: number): void =>
    link.receive('t:a', encodeMessage('push', sender, sequence, previous, [], ''));

  it('notices what a sender said in between, and nothing where nothing was', () => {
    take('you|1', 5, 3);
    take('you|1', 6, 5);
    take('you|1', 9, 6);
    expect(gaps).toBe(0);
    take('you|1', 12, 10);
    expect(gaps).toBe(1);
  });

  it('remembers so many senders of a channel, and forgets the eldest', () => {
    take('you|1', 1, 0);
    for (let n = 0; n < 1_000; n++) take(`made-up|${n}`, 1, 0);
    take('you|1', 9, 8);
    expect(gaps).toBe(0);
    take('made-up|999', 9, 8);
    expect(gaps).toBe(1);
  });

  it('refuses to send facts that nobody would read', async () => {
    await expect(link.send('all', 'push', ['x'.repeat(2_000_000)])).rejects.toBeInstanceOf(ClusterBusError);
    expect(sent).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['no version', '["push","you|1",1,0]\n'],
    ['a newer version', '2["push","you|1",1,0]\n'],
    ['no end of the facts', '1["push","you|1",1,0]'],
    ['facts that are cut off', '1["push","you|1"\n'],
    ['facts that are an object', '1{"type":"push"}\n'],
    ['no sender', '1["push","",1,0]\n'],
    ['numbers that are none', '1["push","you|1","1",0]\n'],
    ['numbers that are too large', '1["push","you|1",1e300,0]\n'],
    ['facts nested without end', `1${'['.repeat(1_000_000)}\n`],
    ['ten megabytes', 'x'.repeat(10_000_000)],
    ['ten megabytes of facts', `1["push","you|1",1,0,"${'x'.repeat(10_000_000)}"]\n`],
  ])('takes no message with %s', (_what, raw) => {
    let rejected = 0;
    counters.busReject = () => void rejected++;
    link.receive('all', raw);
    expect(rejected).toBe(1);
  });
});
