/** Peers that come and go: the opening handshake and the goodbye, nothing between them. */
import { Caller } from '../load/caller.js';
import type { Target } from '../load/open-clients.js';
import { openClient } from '../load/open-clients.js';
import type { LoadWatch } from '../load/load-watch.js';
import { measure } from './measure.js';
import { expectSessions } from './session-count.js';
import type { Case, Sample, Suite } from './suite.js';

export const CHURN: Suite = {
  name: 'churn',

  rounds: ({ rounds }) => rounds,

  cases: ({ churn: { atOnce, connections } }): Case[] => [
    {
      id: 'connect-and-close',
      title: 'Connect and close',
      detail: `${connections.measured} connections a round, ${atOnce} at a time, each opened and closed with whole handshakes`,
      unit: 'µs/connection',
      target: 1,
    },
  ],

  async run(bench): Promise<Record<string, Sample>> {
    const { target, watch, scale } = bench;
    const { atOnce, connections } = scale.churn;
    const control = await openClient(target, watch);
    const caller = new Caller(control, target.dialect);
    await watch.step('warming up connections', comeAndGo(target, connections.warmUp, atOnce, watch));
    await watch.step('waiting for the server to notice', expectSessions(caller, 1));
    const sample = await measure(bench, 'connections that come and go', connections.measured, () =>
      comeAndGo(target, connections.measured, atOnce, watch),
    );
    await watch.step('waiting for the server to notice', expectSessions(caller, 1));
    control.cut();
    return { 'connect-and-close': sample };
  },
};

async function comeAndGo(target: Target, count: number, atOnce: number, watch: LoadWatch): Promise<void> {
  let left = count;
  const one = async (): Promise<void> => {
    while (left-- > 0) await (await openClient(target, watch)).close();
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}
