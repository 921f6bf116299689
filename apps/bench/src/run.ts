/** `npm run bench`: measures nestjs-realtime and its peers, prints the report and ends. docs/performance.md explains it. */
import { writeFile } from 'node:fs/promises';
import { CLUSTER } from './cluster/cluster-name.js';
import { CLUSTER_PEERS, OWN_CLUSTER_PEERS } from './cluster/cluster-peers.js';
import { CLUSTER_SUITES } from './cluster/cluster-suites.js';
import { machineFacts } from './report/machine.js';
import { printReport } from './report/print-report.js';
import type { CaseReport } from './report/report.js';
import { caseReport, crowdRows, joinRows } from './report/report.js';
import { availableCores, moveLoad } from './runner/cores.js';
import { parseOptions } from './runner/options.js';
import { nodeVersion } from './runner/node-version.js';
import { ORDER_PEERS } from './runner/order-peers.js';
import { OWN, PEERS, REFERENCE } from './runner/peers.js';
import { runRounds } from './runner/rounds.js';
import { CHURN } from './suites/churn.js';
import { measureCrowd } from './suites/crowd.js';
import { ECHO } from './suites/echo.js';
import { FAN_OUT } from './suites/fan-out.js';
import { HANDLERS } from './suites/handlers.js';
import { MEMORY } from './suites/memory.js';
import { TURNS } from './suites/turns.js';
import { JOINS, measureTopicJoins } from './suites/topic-joins.js';

const SUITES = [ECHO, FAN_OUT, MEMORY, CHURN, HANDLERS, TURNS];
const ALL_SUITES = [...SUITES, ...CLUSTER_SUITES];

const options = parseOptions(process.argv.slice(2), {
  suites: [...SUITES.map(({ name }) => name), JOINS],
  // Needs brokers, which not every machine has.
  extraSuites: [CLUSTER],
  peers: [
    ...new Set(
      [...PEERS.filter(({ isExtra }) => !isExtra), ...ORDER_PEERS, ...CLUSTER_PEERS, ...OWN_CLUSTER_PEERS].map(({ name }) => name),
    ),
  ],
  extraPeers: PEERS.filter(({ isExtra }) => isExtra).map(({ name }) => name),
  reference: REFERENCE,
});
const { scale } = options;
const measured = new Set<string>();
const cores = availableCores();
const place = { core: cores?.server, node: options.node };
const version = nodeVersion(options.node);
const beside = options.beside.map((node) => ({ node, name: `${OWN}, Node ${nodeVersion(node)}` }));
if (cores) moveLoad(cores.load);

const cases: CaseReport[] = [];
for (const suite of ALL_SUITES.filter(({ name }) => options.suites.includes(name))) {
  const { reference = REFERENCE } = suite;
  const named = (suite.peers ?? PEERS).filter(({ name }) => name === reference || options.peers.includes(name));
  const peers = named.flatMap((peer) => (peer.name === OWN ? [peer, ...beside.map((other) => ({ ...peer, ...other }))] : [peer]));
  for (const peer of peers) measured.add(peer.package);
  const samples = await runRounds(suite, {
    peers,
    scale,
    place,
    onTurn: (turn, taken) => {
      const figures = Object.values(taken).map(({ figure }) => figure.toFixed(2));
      console.error(`${turn}: ${figures.join(', ')}`);
    },
  });
  for (const one of suite.cases(scale)) cases.push(caseReport(suite.name, one, samples, reference));
}
const crowd = options.suites.includes(TURNS.name) ? crowdRows(await measureCrowd(scale, place)) : [];
const joins = options.suites.includes(JOINS) ? joinRows(await measureTopicJoins(scale, place)) : [];

const report = { machine: machineFacts(version, cores, [...measured]), cases, joins, crowd };
if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
console.log(printReport(report, OWN));
