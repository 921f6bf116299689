/** Runs a suite in interleaved rounds: every peer once, then every peer again, each time on a server that was just started. */
import { LoadWatch } from '../load/load-watch.js';
import type { Scale } from '../suites/scale.js';
import type { Sample, Suite } from '../suites/suite.js';
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
    await using server = await ServerProcess.start(
      peer.script,
      { ...place, node: peer.node ?? place.node },
      (error) => watch.fail(error),
      peer.args,
    );
    return await suite.run({ server, target: { port: server.port, dialect: peer.dialect }, peer: peer.name, watch, scale });
  } catch (cause) {
    // Translated: which server and suite it was is not in the fault itself.
    throw new Error(`${suite.name} on ${peer.name} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
