import { FULL, QUICK } from '../suites/scale.js';
import { parseOptions } from './options.js';

const KNOWN = { suites: ['echo', 'fanout', 'joins'], peers: ['ws', 'ours', 'other'], reference: 'ws' };
const parse = (...args: string[]): ReturnType<typeof parseOptions> => parseOptions(args, KNOWN);

describe('parseOptions', () => {
  it('measures everything in full if nothing is said', () => {
    expect(parse()).toEqual({ scale: FULL, suites: KNOWN.suites, peers: KNOWN.peers, node: process.execPath, beside: [], json: undefined });
  });

  it('takes the small amounts with --quick', () => {
    expect(parse('--quick').scale).toEqual(QUICK);
  });

  it('runs the suites that are named, in their own order', () => {
    expect(parse('--suite', 'joins,echo').suites).toEqual(['echo', 'joins']);
  });

  it('keeps the reference whoever is compared with it', () => {
    expect(parse('--peers', 'ours').peers).toEqual(['ws', 'ours']);
  });

  it('measures what needs more than this repository only where it is named', () => {
    const known = { ...KNOWN, extraSuites: ['cluster'] };
    expect(parseOptions([], known).suites).toEqual(['echo', 'fanout', 'joins']);
    expect(parseOptions(['--suite', 'cluster,echo'], known).suites).toEqual(['echo', 'cluster']);
  });

  it('takes binaries of Node for the servers, and more for our own', () => {
    expect(parse('--node', '/n/24', '--beside', '/n/20,/n/26')).toMatchObject({ node: '/n/24', beside: ['/n/20', '/n/26'] });
  });

  it('takes the number of rounds for all suites', () => {
    const { rounds, memory, joins } = parse('--rounds', '2').scale;
    expect([rounds, memory.rounds, joins.repeats]).toEqual([2, 2, 2]);
  });

  it('takes the number of operations and leaves the warm-up', () => {
    const { echo, churn } = parse('--operations', '300').scale;
    expect(echo.calls).toEqual({ ...FULL.echo.calls, measured: 300 });
    expect(churn.connections).toEqual({ ...FULL.churn.connections, measured: 300 });
  });

  it.each([
    [['--suite', 'echo,nothing'], '--suite does not know nothing; there are echo, fanout, joins'],
    [['--peers', 'uws'], '--peers does not know uws'],
    [['--rounds', '0'], '--rounds must be a whole number from 1, got 0'],
    [['--operations', '1.5'], '--operations must be a whole number from 1, got 1.5'],
    [['--fast'], '--fast'],
  ])('refuses %j', (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });
});
