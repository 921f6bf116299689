/** Runs a suite in interleaved rounds: every peer once, then every peer again, each time on a server that was just started. */
import { Broker } from '../cluster/broker.js';
import { LoadWatch } from '../load/load-watch.js';
import type { Scale } from '../suites/scale.js';
import type { Sample, Suite, Whereabouts } from '../suites/suite.js';
import type { ServerPlace } from './cores.js';
import type { Peer } from './peers.js';
import { ServerProcess } from './server-process.js';

/** How long one step of a measurement may take, in ms. */
const PATIENCE_MS = 120_000;

/** The samples of one peer in one round, by case. */
export type RoundSamples = Readonly<Record<string, Sample>>;

export interface RoundsOptions {
  readonly peers: readonly Peer[];
  readonly scale: Scale;
  readonly place: ServerPlace;
  /** Told after each peer's turn. */
  readonly onTurn: (turn: string, samples: RoundSamples) => void;
}

/** @returns the samples of each peer by name, in the order of the rounds */
export async function runRounds(suite: Suite, { peers, scale, place, onTurn }: RoundsOptions): Promise<Map<string, RoundSamples[]>> {
  const samples = new Map<string, RoundSamples[]>(peers.map(({ name }) => [name, []]));
  const rounds = suite.rounds(scale);
  for (let round = 1; round <= rounds; round++) {
    for (const peer of peers) {
      const taken = await runTurn(suite, peer, scale, place);
      samples.get(peer.name)?.push(taken);
      onTurn(`${suite.name} ${round}/${rounds} ${peer.name}`, taken);
    }
  }
  return samples;
}

async function runTurn(suite: Suite, peer: Peer, scale: Scale, place: ServerPlace): Promise<RoundSamples> {
  const watch = new LoadWatch(PATIENCE_MS);
  try {
    await using broker = peer.broker && (await Broker.start(peer.broker));
    const node = peer.node ?? place.node;
    const args = broker ? [...(peer.args ?? []), broker.url] : peer.args;
    const another = (where: Whereabouts): Promise<ServerProcess> => {
      // Without a core of its own it stays on that of the load, which starts it.
      const core = where === 'apart' ? undefined : place.core;
      return ServerProcess.start(peer.script, { core, node }, (error) => watch.fail(error), where === 'alone' ? [] : args);
    };
    await using server = await another('beside');
    const target = { port: server.port, dialect: peer.dialect };
    return await suite.run({ server, target, peer: peer.name, watch, scale, broker, another });
  } catch (cause) {
    // Translated: which server and suite it was is not in the fault itself.
    throw new Error(`${suite.name} on ${peer.name} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
