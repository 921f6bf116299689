import { jest } from '@jest/globals';
import type { Lease, LeaseView, NodeLeases } from './cluster-engine.js';
import { MemoryBroker, memoryEngine } from './memory-engine.js';
import type { RosterEvents } from './node-roster.js';
import { NodeRoster } from './node-roster.js';

const HEARTBEAT_MS = 1_000;
const NOBODY = { onMessage: () => undefined, onLost: () => undefined, onBack: () => undefined };

class Told implements RosterEvents {
  readonly names: string[] = [];
  readonly left: string[] = [];
  readonly failures: number[] = [];
  heartbeats = 0;

  renamed(sender: string): void {
    this.names.push(sender);
  }

  gone(sender: string): void {
    this.left.push(sender);
  }

  due(): void {
    this.heartbeats++;
  }

  beaten(): void {
    this.failures.push(0);
  }

  failed(failures: number): void {
    this.failures.push(failures);
  }
}

describe('the roster', () => {
  let nowMs = 0;
  const now = (): number => nowMs;
  const noWait = (): Promise<void> => Promise.resolve();
  const leasesOf = async (broker: MemoryBroker): Promise<NodeLeases> => (await memoryEngine({ broker }).connect(NOBODY)).leases;
  const leftOf = ({ left }: Told): (string | undefined)[] => left.map((sender) => sender.split('|')[0]);
  const rosterOf = (nodeId: string, leases: NodeLeases, told: RosterEvents = new Told()): NodeRoster =>
    new NodeRoster(leases, nodeId, HEARTBEAT_MS, {}, told, now);

  beforeEach(() => {
    jest.useFakeTimers();
    nowMs = 0;
  });
  afterEach(() => {
    jest.clearAllTimers();
    jest.useRealTimers();
  });

  it('has the others as alive for a lease after the broker forgot everybody, and not for longer', async () => {
    let broker = new MemoryBroker(now);
    const forgetful: NodeLeases = {
      beat: async (lease) => broker.beat(lease),
      release: async (lease) => broker.release(lease),
    };
    const told = new Told();
    const a = rosterOf('a', forgetful, told);
    const [b, c] = [rosterOf('b', forgetful), rosterOf('c', forgetful)];
    for (const roster of [c, b, a]) await roster.start(noWait);
    expect([...a.others()].sort()).toEqual(['b', 'c']);
    broker = new MemoryBroker(now);
    await a.look();
    expect([[...a.others()].sort(), told.names.length, leftOf(told)]).toEqual([['b', 'c'], 2, ['a']]);
    await b.look();
    nowMs += 2_000;
    await a.look();
    expect([...a.others()].sort()).toEqual(['b', 'c']);
    await b.look();
    nowMs += 1_500;
    await a.look();
    expect(a.others()).toEqual(['b']);
    // The former names of a and b, and c for good.
    expect(leftOf(told)).toEqual(['a', 'b', 'c']);
  });

  it('has a node that said hello at once, and forgets one that the broker does not name', async () => {
    const a = rosterOf('a', await leasesOf(new MemoryBroker(now)));
    await a.start(noWait);
    for (const sender of ['b|1', 'b|2', 'a|3', 'nonsense', '|']) a.meet(sender);
    expect(a.others()).toEqual(['b']);
    await a.look();
    expect(a.others()).toEqual(['b']);
    nowMs += HEARTBEAT_MS;
    await a.look();
    expect(a.others()).toEqual([]);
    await a.stop();
  });

  it('says each heartbeat that it is due, also while the broker does not answer, and how often it failed', async () => {
    const leases = await leasesOf(new MemoryBroker(now));
    const told = new Told();
    let isSilent = false;
    const never = new Promise<LeaseView>(() => undefined);
    const roster = rosterOf('a', { ...leases, beat: (lease: Lease) => (isSilent ? never : leases.beat(lease)) }, told);
    await roster.start(noWait);
    isSilent = true;
    for (let beat = 0; beat < 8; beat++) {
      nowMs += HEARTBEAT_MS;
      await jest.advanceTimersByTimeAsync(HEARTBEAT_MS);
    }
    expect([told.heartbeats, told.failures, roster.isAlive]).toEqual([8, [1, 2], false]);
    isSilent = false;
    await jest.advanceTimersByTimeAsync(3 * HEARTBEAT_MS);
    expect(roster.isAlive).toBe(true);
    await roster.stop();
  });

  it('ends in a lease where the broker does not answer', async () => {
    const leases = await leasesOf(new MemoryBroker(now));
    const roster = rosterOf('a', { ...leases, release: () => new Promise<void>(() => undefined) });
    await roster.start(noWait);
    const ended = roster.stop().catch((fault: unknown) => fault);
    await jest.advanceTimersByTimeAsync(3 * HEARTBEAT_MS);
    expect(await ended).toMatchObject({ message: 'The broker did not answer in time' });
  });

  it('is moved by no clock of a node', async () => {
    const broker = new MemoryBroker(now);
    const [a, b] = [rosterOf('a', await leasesOf(broker)), rosterOf('b', await leasesOf(broker))];
    await a.start(noWait);
    jest.setSystemTime(Date.now() + 3_600_000);
    await b.start(noWait);
    await a.look();
    jest.setSystemTime(Date.now() - 7_200_000);
    await b.look();
    expect([a.others(), b.others(), a.isAlive, b.isAlive]).toEqual([['b'], ['a'], true, true]);
    await a.stop();
    await b.stop();
  });
});
