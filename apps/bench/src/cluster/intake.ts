/** How many messages a second one node takes from the broker, when these are as many as it can bear. */
import { measure } from '../suites/measure.js';
import type { Case, Sample, Suite } from '../suites/suite.js';
import { CLUSTER_PEERS, OWN_NATS, OWN_REDIS, THEIR_PUBSUB } from './cluster-peers.js';
import { CLUSTER } from './cluster-name.js';
import { Crossing, SIZE } from './crossing.js';
import { Recording } from './recording.js';

const ID = 'cluster-intake';
const TOPIC = 'bench:intake';

export const INTAKE: Suite = {
  name: CLUSTER,
  peers: CLUSTER_PEERS,
  reference: THEIR_PUBSUB,

  rounds: ({ cluster }) => cluster.rounds,

  cases: ({ cluster: { intake } }): Case[] => [
    {
      id: ID,
      title: 'Messages into one node',
      detail: `${intake.bursts.measured} × ${intake.burst} pushes of ${SIZE} characters a round, recorded at the broker and played again, to a topic that one session listens to`,
      unit: 'µs/message',
      goals: [
        { peer: OWN_REDIS, of: 'perSecond', least: 60_000 },
        { peer: OWN_NATS, of: 'perSecond', least: 150_000 },
      ],
    },
  ],

  async run(bench): Promise<Record<string, Sample>> {
    const { broker, scale, watch, server } = bench;
    if (!broker) throw new Error('Nothing can be recorded without a broker');
    const { burst, bursts } = scale.cluster.intake;
    await using publishing = await bench.another('apart');
    const crossing = await Crossing.open(bench, TOPIC, publishing.port, server.port, 1);
    const publish = async (): Promise<void> => void (await crossing.push(burst));
    await using recording = await watch.step('recording', Recording.take(broker, TOPIC, burst, publish), crossing.progress);
    const play = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) await crossing.delivered(burst, () => recording.play());
    };
    await watch.step('warming up', play(bursts.warmUp), crossing.progress);
    const sample = await measure(bench, 'messages', bursts.measured * burst, () => play(bursts.measured), crossing.progress);
    crossing.close();
    return { [ID]: sample };
  },
};
