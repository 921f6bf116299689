/** The promises of `SessionDirectory`. */
import assert from 'node:assert/strict';
import type { ClaimVerdict, SessionClaim } from '../cluster/session-directory.js';
import type { ContractCase, ContractNode, ContractNodes } from './contract-nodes.js';
import { until } from './until.js';

const LEASE_MS = 60_000;
const SHORT_LEASE_MS = 1_000;
const UNUSUAL_USERS = ['a b', '{x}:*', 'a..b>', '}{', '😀'.repeat(63), 'line\nfeed', '\u0000', '|1|2|'];

/** A node that is in the roster, and what it claims. */
class Claimant {
  private constructor(
    readonly node: ContractNode,
    readonly nodeId: string,
    readonly generation: string,
  ) {}

  static async join(nodes: ContractNodes, nodeId: string, { generation = 'g', leaseMs = LEASE_MS } = {}): Promise<Claimant> {
    const node = await nodes.connect();
    await node.leases.beat({ nodeId, generation, facts: '{}', leaseMs, isHeld: false });
    return new Claimant(node, nodeId, generation);
  }

  get sender(): string {
    return `${this.nodeId}|${this.generation}`;
  }

  claim(token: string, rest: Partial<SessionClaim> = {}): Promise<ClaimVerdict> {
    const { sender } = this;
    return this.node.directory.claim({ userId: 'u', token, sender, platform: '', perUser: 0, replaces: 'off', order: 0, ...rest });
  }

  release(token: string, userId = 'u'): Promise<readonly string[]> {
    return this.node.directory.release(userId, { token, sender: this.sender });
  }
}

export const DIRECTORY_CONTRACT: readonly ContractCase[] = [
  {
    title: 'gives places up to the limit of a user, over all nodes, and has one free as soon as it was given back',
    async run(nodes) {
      const [a, b] = [await Claimant.join(nodes, 'a'), await Claimant.join(nodes, 'b')];
      assert.deepEqual(nodesOf(await a.claim('1', { perUser: 2 })), ['a']);
      assert.deepEqual(nodesOf(await b.claim('2', { perUser: 2 })), ['a', 'b']);
      assert.deepEqual(await a.claim('3', { perUser: 2 }), { verdict: 'full' });
      assert.equal((await a.claim('3', { perUser: 2, userId: 'other' })).verdict, 'granted');
      assert.deepEqual([...(await b.release('2'))], ['a']);
      assert.equal((await a.claim('3', { perUser: 2 })).verdict, 'granted');
      assert.deepEqual([...(await b.release('2'))], ['a']);
      await a.release('1');
      assert.deepEqual([...(await a.release('3'))], []);
    },
  },
  {
    title: 'lets the newest session of a user, or of its platform, take the place of the others',
    async run(nodes) {
      const [a, b] = [await Claimant.join(nodes, 'a'), await Claimant.join(nodes, 'b')];
      const single = { replaces: 'user' } as const;
      await a.claim('1', single);
      const second = await b.claim('2', single);
      assert.deepEqual(replacedBy(second), ['1 a|g']);
      assert.deepEqual(nodesOf(second), ['b']);
      const ofPlatform = (platform: string) => ({ userId: 'p', replaces: 'platform', platform }) as const;
      await a.claim('3', ofPlatform('web'));
      assert.deepEqual(replacedBy(await b.claim('4', ofPlatform('ios'))), []);
      assert.deepEqual(replacedBy(await b.claim('5', ofPlatform('web'))), ['3 a|g']);
      // Beside each other they count.
      assert.equal((await a.claim('6', { ...ofPlatform(''), perUser: 2 })).verdict, 'full');
      assert.deepEqual(replacedBy(await a.claim('7', { ...ofPlatform('ios'), perUser: 2 })), ['4 b|g']);
    },
  },
  {
    title: 'decides claims of one user one after the other, however many come at once',
    async run(nodes) {
      const claimants = await Promise.all(['a', 'b', 'c'].map((nodeId) => Claimant.join(nodes, nodeId)));
      const tokens = Array.from({ length: 20 }, (_, index) => `${index}`);
      const fromAll = (rest: Partial<SessionClaim>) =>
        Promise.all(tokens.flatMap((token) => claimants.map((claimant) => claimant.claim(claimant.nodeId + token, rest))));
      const verdicts = await fromAll({ userId: 'busy', perUser: 5 });
      assert.equal(verdicts.filter(({ verdict }) => verdict === 'granted').length, 5);
      const singles = await fromAll({ userId: 'single', replaces: 'user' });
      const replaced = singles.flatMap(replacedBy);
      assert.equal(new Set(replaced).size, 59);
      assert.equal(replaced.length, 59);
    },
  },
  {
    title: 'keeps a place that is claimed again, also when its word was lost',
    async run(nodes) {
      const [a, b] = [await Claimant.join(nodes, 'a'), await Claimant.join(nodes, 'b')];
      const first = await a.claim('1', { perUser: 1 });
      const again = await a.claim('1', { perUser: 1 });
      assert.equal(orderOf(again), orderOf(first));
      assert.equal((await b.claim('2', { perUser: 1 })).verdict, 'full');
    },
  },
  {
    title: 'has the later claim win when places are claimed again after all was lost',
    async run(nodes) {
      const [a, b] = [await Claimant.join(nodes, 'a'), await Claimant.join(nodes, 'b')];
      const single = { replaces: 'user' } as const;
      const early = await a.claim('1', single);
      const late = await b.claim('2', single);
      assert.ok(orderOf(late) > orderOf(early));
      await b.release('2');
      await a.release('1');
      await a.claim('1', { ...single, order: orderOf(early) });
      assert.deepEqual(replacedBy(await b.claim('2', { ...single, order: orderOf(late) })), ['1 a|g']);
      assert.deepEqual(await a.claim('1', { ...single, order: orderOf(early) }), { verdict: 'replaced' });
    },
  },
  {
    title: 'does not count places of a node that is gone, or has another generation',
    async run(nodes) {
      const a = await Claimant.join(nodes, 'a', { leaseMs: SHORT_LEASE_MS });
      const b = await Claimant.join(nodes, 'b');
      await a.claim('1', { perUser: 1 });
      assert.equal((await b.claim('2', { perUser: 1 })).verdict, 'full');
      await until(async () => {
        await b.node.leases.beat({ nodeId: 'b', generation: 'g', facts: '{}', leaseMs: LEASE_MS, isHeld: true });
        assert.equal((await b.claim('2', { perUser: 1 })).verdict, 'granted');
      });
      const born = await Claimant.join(nodes, 'a', { generation: 'h' });
      await b.release('2');
      assert.deepEqual(nodesOf(await born.claim('1', { perUser: 1 })), ['a']);
    },
  },
  {
    title: 'counts places of a node that came a moment ago',
    async run(nodes) {
      const a = await Claimant.join(nodes, 'a');
      const b = await Claimant.join(nodes, 'b');
      await b.claim('1', { perUser: 1 });
      assert.equal((await a.claim('2', { perUser: 1 })).verdict, 'full');
    },
  },
  {
    title: 'takes users of any name',
    async run(nodes) {
      const a = await Claimant.join(nodes, 'a');
      for (const userId of UNUSUAL_USERS) {
        assert.equal((await a.claim(`t${userId.length}`, { userId, perUser: 1, platform: userId })).verdict, 'granted');
        assert.equal((await a.claim('other', { userId, perUser: 1, platform: userId })).verdict, 'full');
      }
    },
  },
];

function nodesOf(verdict: ClaimVerdict): string[] {
  return verdict.verdict === 'granted' ? [...verdict.nodes].sort() : [verdict.verdict];
}

function replacedBy(verdict: ClaimVerdict): string[] {
  if (verdict.verdict !== 'granted') return [verdict.verdict];
  return verdict.replaced.map(({ token, sender }) => `${token} ${sender}`);
}

function orderOf(verdict: ClaimVerdict): number {
  if (verdict.verdict !== 'granted') throw new assert.AssertionError({ message: `The claim was ${verdict.verdict}` });
  return verdict.order;
}
