/**
 * `npm test`: first the tests that may share the machine, then those that need it alone, in one process.
 * With arguments (`npm test -- test/nest`) it is one ordinary jest run. The last line says `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const jest = join(import.meta.dirname, '../node_modules/jest/bin/jest.js');
const asked = process.argv.slice(2);
const runs =
  asked.length > 0
    ? [asked]
    : [
        ['--selectProjects', 'unit', 'integration'],
        ['--selectProjects', 'alone', '--runInBand'],
      ];
const folder = mkdtempSync(join(tmpdir(), 'realtime-tests-'));
let passed = 0;
let failed = 0;
let failedRuns = 0;

for (const [index, args] of runs.entries()) {
  const report = join(folder, `run-${index}.json`);
  const jestArgs = ['--experimental-vm-modules', '--no-warnings', jest, '--passWithNoTests', '--json', `--outputFile=${report}`, ...args];
  const { status } = spawnSync(process.execPath, jestArgs, { stdio: 'inherit' });
  if (status !== 0) failedRuns += 1;
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    passed += result.numPassedTests;
    // A file that cannot even be loaded holds no failed test, yet it is a failure.
    failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
  } catch {
    failed += 1;
  }
}
rmSync(folder, { recursive: true });

if (failedRuns > 0 && failed === 0) failed = failedRuns;
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
