/** What a connection costs that says nothing. The first connections fill what the start of the server left empty and are not counted. */
import { Caller } from '../load/caller.js';
import { openClient, openClients } from '../load/open-clients.js';
import type { ProbeReading } from '../servers/probe.js';
import { expectSessions } from './session-count.js';
import type { Case, Sample, Suite } from './suite.js';

/** What the system gives the process, with what V8 keeps for later: it moves in large steps. */
const RESIDENT = 'memory-resident';
/** The same without V8's young generation, whose steps fall into the measurement of one server and not of another. */
const SETTLED = 'memory-settled';
/** What is in use: it is the same in every run. */
const HEAP = 'memory-heap';

export const MEMORY: Suite = {
  name: 'memory',

  rounds: ({ memory }) => memory.rounds,

  cases: ({ memory: { connections } }): Case[] => {
    const detail = `${connections.first + connections.more} connections against ${connections.first}, garbage collected before both readings`;
    return [
      { id: RESIDENT, title: 'Memory of an idle connection, resident', detail, unit: 'kB/connection', target: 0.9 },
      { id: SETTLED, title: 'Memory of an idle connection, resident without V8’s young generation', detail, unit: 'kB/connection' },
      { id: HEAP, title: 'Memory of an idle connection, JavaScript heap and buffers', detail, unit: 'kB/connection', target: 1.15 },
    ];
  },

  async run({ server, target, watch, scale }): Promise<Record<string, Sample>> {
    const { connections } = scale.memory;
    const control = await openClient(target, watch);
    const caller = new Caller(control, target.dialect);
    const first = await openClients(target, connections.first, watch);
    await watch.step('counting sessions', expectSessions(caller, connections.first + 1));
    const before = await watch.step('reading memory', server.read({ collectGarbage: true }));
    const more = await openClients(target, connections.more, watch);
    await watch.step('counting sessions', expectSessions(caller, connections.first + connections.more + 1));
    const after = await watch.step('reading memory', server.read({ collectGarbage: true }));
    for (const socket of [...first, ...more, control]) socket.cut();
    const each = (bytes: number): Sample => ({ figure: bytes / connections.more / 1000 });
    const settled = ({ rssBytes, youngBytes }: ProbeReading): number => rssBytes - youngBytes;
    return {
      [RESIDENT]: each(after.rssBytes - before.rssBytes),
      [SETTLED]: each(settled(after) - settled(before)),
      [HEAP]: each(after.heapBytes - before.heapBytes),
    };
  },
};
