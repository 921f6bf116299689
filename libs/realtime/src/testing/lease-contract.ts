/** The promises of `NodeLeases`. */
import assert from 'node:assert/strict';
import type { Lease, LeaseView } from '../cluster/cluster-engine.js';
import type { ContractCase } from './contract-nodes.js';
import { until } from './until.js';

/** Brokers count in whole seconds, some of them. */
const LEASE_MS = 1_000;

export const LEASE_CONTRACT: readonly ContractCase[] = [
  {
    title: 'shows nodes to each other, with what they say of themselves',
    async run(nodes) {
      const [a, b] = [await nodes.connect(), await nodes.connect()];
      const first = await a.leases.beat(leaseOf('a', 'g1', { facts: '{"host":"ä|b"}' }));
      assert.equal(first.verdict, 'held');
      assert.deepEqual(namesOf(first), ['a|g1']);
      const second = await b.leases.beat(leaseOf('b', 'g2'));
      assert.deepEqual(namesOf(second), ['a|g1', 'b|g2']);
      assert.equal(second.nodes.find(({ nodeId }) => nodeId === 'a')?.facts, '{"host":"ä|b"}');
      assert.deepEqual(namesOf(await a.leases.beat(leaseOf('a', 'g1', { isHeld: true }))), ['a|g1', 'b|g2']);
    },
  },
  {
    title: 'tells all nodes one time, if it tells any',
    async run(nodes) {
      const [a, b] = [await nodes.connect(), await nodes.connect()];
      const told: (number | undefined)[] = [];
      const startedAtMs = performance.now();
      for (let round = 0; round < 5; round++) {
        told.push((await a.leases.beat(leaseOf('a', 'g1', { isHeld: round > 0 }))).brokerTimeMs);
        told.push((await b.leases.beat(leaseOf('b', 'g2', { isHeld: round > 0 }))).brokerTimeMs);
      }
      if (told[0] === undefined) {
        assert.deepEqual(new Set(told), new Set([undefined]));
        return;
      }
      assert.deepEqual(
        told,
        [...told].sort((one, other) => (one ?? 0) - (other ?? 0)),
      );
      assert.ok((told.at(-1) ?? 0) - told[0] <= performance.now() - startedAtMs + 5, 'goes faster than the time');
    },
  },
  {
    title: 'gives a name to one process at a time',
    async run(nodes) {
      const [a, b] = [await nodes.connect(), await nodes.connect()];
      await a.leases.beat(leaseOf('same', 'g1'));
      const refused = await b.leases.beat(leaseOf('same', 'g2'));
      assert.equal(refused.verdict, 'taken');
      assert.deepEqual(namesOf(refused), ['same|g1']);
      assert.equal((await a.leases.beat(leaseOf('same', 'g1', { isHeld: true }))).verdict, 'held');
    },
  },
  {
    title: 'gives one of many that ask at once the name',
    async run(nodes) {
      const rivals = await Promise.all(Array.from({ length: 4 }, () => nodes.connect()));
      const views = await Promise.all(
        rivals.map(({ leases }, index) => leases.beat(leaseOf('wanted', `g${index}`)).catch(() => undefined)),
      );
      assert.equal(views.filter((view) => view?.verdict === 'held').length, 1);
    },
  },
  {
    title: 'has a name free as soon as it was given back',
    async run(nodes) {
      const [a, b] = [await nodes.connect(), await nodes.connect()];
      const lease = leaseOf('same', 'g1');
      await a.leases.beat(lease);
      await a.leases.release({ ...lease, isHeld: true });
      const view = await b.leases.beat(leaseOf('same', 'g2'));
      assert.equal(view.verdict, 'held');
      assert.deepEqual(namesOf(view), ['same|g2']);
      // A late word of the former holder takes nothing away.
      await a.leases.release({ ...lease, isHeld: true });
      assert.deepEqual(namesOf(await b.leases.beat(leaseOf('same', 'g2', { isHeld: true }))), ['same|g2']);
    },
  },
  {
    title: 'lets a lease run out, for the others and for its holder, who does not get it back',
    async run(nodes) {
      const [a, b] = [await nodes.connect(), await nodes.connect()];
      await a.leases.beat(leaseOf('silent', 'g1'));
      let isHeld = false;
      await until(async () => {
        const view = await b.leases.beat(leaseOf('b', 'g2', { isHeld }));
        isHeld = view.verdict === 'held';
        assert.deepEqual(namesOf(view), ['b|g2']);
      });
      const late = await a.leases.beat(leaseOf('silent', 'g1', { isHeld: true }));
      assert.equal(late.verdict, 'lost');
      const view = await a.leases.beat(leaseOf('silent', 'g3'));
      assert.equal(view.verdict, 'held');
      assert.ok(namesOf(view).includes('silent|g3'));
    },
  },
];

function leaseOf(nodeId: string, generation: string, { facts = '{}', isHeld = false }: { facts?: string; isHeld?: boolean } = {}): Lease {
  return { nodeId, generation, facts, leaseMs: LEASE_MS, isHeld };
}

function namesOf({ nodes }: LeaseView): string[] {
  return nodes.map(({ nodeId, generation }) => `${nodeId}|${generation}`).sort();
}
