/**
 * `npm test`: first the tests that may share the machine, then those that need it alone, in one process.
 * With arguments (`npm test -- test/nest`) it is one ordinary jest run. `--node 24` runs on another Node: there, what packages, browsers
 * and endurance need stays out, unless it is named. `--every-node` is all of it here, and then on each pinned Node.
 * The last line says `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PINNED_MAJORS, environmentOf, nodeBinary, takeNodes } from './node-versions.mjs';

const jest = join(import.meta.dirname, '../node_modules/jest/bin/jest.js');
const SHARING = ['--selectProjects', 'unit', 'integration', 'react-18'];
const ALONE = ['--selectProjects', 'alone', '--runInBand'];

const { asked, rest } = takeNodes(process.argv.slice(2));
const everyNode = rest.includes('--every-node');
const jestArgs = rest.filter((arg) => arg !== '--every-node');
const others = everyNode ? PINNED_MAJORS : asked;
const runsOn = (node, whole) => (jestArgs.length > 0 ? [jestArgs] : whole).map((args) => ({ node, args }));
const runs = [
  ...(everyNode || asked.length === 0 ? runsOn(process.execPath, [SHARING, ALONE]) : []),
  ...others.flatMap((one) => runsOn(one, [SHARING])),
];

const folder = mkdtempSync(join(tmpdir(), 'realtime-tests-'));
let passed = 0;
let failed = 0;

for (const [index, { node, args }] of runs.entries()) {
  const report = join(folder, `run-${index}.json`);
  const flags = ['--experimental-vm-modules', '--no-warnings', jest, '--json', `--outputFile=${report}`];
  let status;
  let failedHere = 0;
  try {
    const binary = nodeBinary(node);
    if (others.length > 0) spawnSync(binary, ['--print', '"\\n=== on Node " + process.version + " ==="'], { stdio: 'inherit' });
    ({ status } = spawnSync(binary, [...flags, ...args], { stdio: 'inherit', env: environmentOf(binary) }));
    const result = JSON.parse(readFileSync(report, 'utf8'));
    passed += result.numPassedTests;
    // A file that cannot even be loaded holds no failed test, yet it is a failure.
    failedHere = result.numFailedTests + result.numRuntimeErrorTestSuites;
  } catch (fault) {
    // Survived: the other runs have something to say as well.
    console.error(fault);
  }
  if (status !== 0) failedHere ||= 1;
  failed += failedHere;
}
rmSync(folder, { recursive: true });

console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
