import type { RoundSamples } from '../runner/rounds.js';
import type { Case } from '../suites/suite.js';
import { printReport } from './print-report.js';
import type { Report } from './report.js';
import { caseReport, crowdRows, joinRows } from './report.js';

const ECHO: Case = { id: 'echo', title: 'Echo', detail: '10 calls', unit: 'µs/call', target: 1.05 };

const rounds = (figures: readonly number[], loadBusy: number): RoundSamples[] =>
  figures.map((figure) => ({ echo: { figure, perSecond: 123_456, loadBusy } }));

const SAMPLES = new Map([
  ['ws', rounds([10, 20, 12], 0.5)],
  ['ours', rounds([11, 20, 15], 0.95)],
]);

const REPORT: Report = {
  machine: { node: 'v20.0.0', system: 'Linux 6', cpu: 'Some CPU', cores: 2, pinned: { server: 0, load: 1 }, packages: { ws: '8.0.0' } },
  cases: [caseReport('echo', ECHO, SAMPLES, 'ws')],
  joins: joinRows([
    { sessions: 100, requestMicros: 10, hubMicros: 1 },
    { sessions: 100, requestMicros: 30, hubMicros: 3 },
    { sessions: 2000, requestMicros: 20, hubMicros: 2 },
  ]),
  crowd: crowdRows([
    { sliceMs: 5, sessions: 20_000, longestHoldMs: 6, lastMs: 50, cpuMicros: 2.5 },
    { sliceMs: 5, sessions: 20_000, longestHoldMs: 8, lastMs: 60, cpuMicros: 3 },
    { sliceMs: 0, sessions: 20_000, longestHoldMs: 48, lastMs: 49, cpuMicros: 2.5 },
  ]),
};

describe('caseReport', () => {
  it('has a row for each peer, with ratios to the reference of the same round', () => {
    const [ws, ours] = REPORT.cases[0]?.rows ?? [];
    expect(ws).toMatchObject({ peer: 'ws', figure: { median: 12, min: 10, max: 20 }, ratio: { median: 1, min: 1, max: 1 } });
    expect(ours).toMatchObject({ peer: 'ours', ratio: { median: 1.1, min: 1, max: 1.25 } });
  });

  it('refuses a report with a hole in it', () => {
    const holed = new Map([...SAMPLES, ['other', [...rounds([1, 2], 0.1), {}]]]);
    expect(() => caseReport('echo', ECHO, holed, 'ws')).toThrow('other has no sample of echo in one of the rounds');
  });
});

describe('printReport', () => {
  const lines = printReport(REPORT, 'ours').replace(/ +/g, ' ').split('\n');

  it('names the machine and the versions', () => {
    expect(lines[0]).toBe('Node v20.0.0, Linux 6, Some CPU, 2 cores; server on core 0, load on core 1.');
    expect(lines[1]).toBe('ws 8.0.0.');
  });

  it('gives figure, ratio and rate of each peer, and marks a load that was too busy to be trusted', () => {
    expect(lines).toContain('| ws | 12.0 (10.0–20.0) | 1.00 (1.00–1.00) | 123,456 | 50 % |');
    expect(lines).toContain('| ours | 15.0 (11.0–20.0) | 1.10 (1.00–1.25) | 123,456 | 95 % ! |');
  });

  it('says of each target whether it was reached', () => {
    expect(lines.at(-1)).toBe('| Echo | ≤ 1.05 | 1.10 | no |');
  });

  it('compares with the reference of the suite, and says nothing of targets where none is set', () => {
    const cases = [caseReport('handlers', { ...ECHO, target: undefined }, SAMPLES, 'ours')];
    const text = printReport({ ...REPORT, cases }, 'ws').replace(/ +/g, ' ');
    expect(text).toContain('| server | server CPU, µs/call | to ours |');
    expect(text).not.toContain('### ws against');
    const targeted = printReport({ ...REPORT, cases: [caseReport('handlers', ECHO, SAMPLES, 'ours')] }, 'ws');
    expect(targeted).toContain('### ws against ours\n');
  });

  it('says of each goal of a single server whether it was reached, and nothing of servers that were not measured', () => {
    const goals: Case['goals'] = [
      { peer: 'ours', of: 'figure', most: 14 },
      { peer: 'ours', of: 'perSecond', least: 100_000 },
      { peer: 'ours', of: 'less', than: 'ws', least: 0.5 },
      { peer: 'absent', of: 'figure', most: 1 },
    ];
    const text = printReport({ ...REPORT, cases: [caseReport('echo', { ...ECHO, goals }, SAMPLES, 'ws')] }, 'ours').replace(/ +/g, ' ');
    expect(text).toContain(
      [
        '| Echo | ours | ≤ 14 µs/call | 15 | no |',
        '| Echo | ours | ≥ 100,000 a second | 123,456 | yes |',
        '| Echo | ours | ≥ 0.5 times less than ws | 0.8 | yes |',
      ].join('\n'),
    );
    expect(text).not.toContain('absent');
    expect(lines.join('\n')).not.toContain('### Goals');
  });

  it('shows what pushes to connections in memory did to the loop, with slices and without', () => {
    expect(lines).toContain('| 5 | 7.00 (6.00–8.00) | 55.0 (50.0–60.0) | 2.75 (2.50–3.00) |');
    expect(lines).toContain('| off | 48.0 (48.0–48.0) | 49.0 (49.0–49.0) | 2.50 (2.50–2.50) |');
  });

  it('shows the cost of joins at each size', () => {
    expect(lines.find((line) => line.startsWith('| 2,000'))).toMatch(
      /20\.00 \(20\.00–20\.00\) \| +40 \| +2\.00 \(2\.00–2\.00\) \| +4\.0 \|$/,
    );
    expect(lines.find((line) => line.startsWith('| 100 '))).toMatch(/20\.00 \(10\.00–30\.00\)/);
  });
});
