import type { ClusterEngine, ClusterSettings, EngineConnection } from 'nestjs-realtime';
import { RpcCall, RpcMethod } from 'nestjs-realtime';
import type { RpcPeer } from '../support/rpc-peer.js';
import { eventually } from '../support/eventually.js';
import { TestCluster, heard } from './cluster-node.js';
import { EngineRig, RIGS } from './engines.js';

const ONE = { limits: { connections: { perUser: 1 } } };
const signIn = (peer: RpcPeer, userId: string, platform?: string) =>
  peer.request('sign.in', { userId, ...(platform === undefined ? {} : { platform }) });

class Hasty {
  @RpcMethod('in.and.out')
  async inAndOut({ userId }: { userId: string }, { session }: RpcCall): Promise<void> {
    const entry = session.login({ userId });
    await session.logout();
    await entry;
  }
}

/** What directories do is held back, or fails. */
class Hold {
  private readonly waiting: (() => void)[] = [];
  isHeld = false;
  isBroken = false;
  /** No node hears that its sessions were replaced. */
  isMute = false;
  unsaid = 0;

  get size(): number {
    return this.waiting.length;
  }

  open(): void {
    this.isHeld = false;
    for (const go of this.waiting.splice(0)) go();
  }

  over(rig: EngineRig): Pick<EngineRig, 'apart'> {
    return {
      apart: (settings?: ClusterSettings) => {
        const make = rig.apart(settings);
        return async () => this.wrap(await make());
      },
    };
  }

  private wrap(engine: ClusterEngine): ClusterEngine {
    const connect: ClusterEngine['connect'] = async (listener): Promise<EngineConnection> => {
      const connection = await engine.connect(listener);
      const directory: EngineConnection['directory'] = {
        claim: async (claim) => {
          const verdict = this.isBroken ? undefined : await connection.directory.claim(claim);
          if (this.isHeld) await new Promise<void>((resolve) => this.waiting.push(resolve));
          if (!verdict) throw new Error('The broker is away');
          return verdict;
        },
        release: (userId, place) => connection.directory.release(userId, place),
      };
      const { bus } = connection;
      const publish: EngineConnection['bus']['publish'] = async (channel, text) => {
        if (this.isMute && text.includes('"replace"')) this.unsaid++;
        else await bus.publish(channel, text);
      };
      const muted = { publish, listen: bus.listen.bind(bus), ignore: bus.ignore.bind(bus), renew: bus.renew.bind(bus) };
      return { ...connection, bus: muted, directory };
    };
    return { ...engine, connect };
  }
}

describe.each(RIGS)('Sign-ins that meet each other, over %s', (_name, start) => {
  let rig: EngineRig;

  beforeAll(async () => {
    rig = await start();
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  it.each([ONE, { singleSession: 'user' }, { singleSession: 'platform', ...ONE }] as const)(
    'a session is not in its own way, with %j',
    async (rules) => {
      await using cluster = await TestCluster.start(rig, 2, {}, rules);
      const peer = await cluster.connect(0);
      const answers = await Promise.all(Array.from({ length: 10 }, () => signIn(peer, 'ann')));
      expect(answers.filter(({ error }) => error)).toEqual([]);
      await Promise.all([signIn(peer, 'bob'), signIn(peer, 'ann'), signIn(peer, 'carl')]);
      expect((await signIn(peer, 'bob')).error).toBeUndefined();
      expect(heard(peer, 'session.kicked')).toEqual([]);
      // Nothing is left of whom it was.
      for (const userId of ['ann', 'carl']) {
        const other = await cluster.connect(1);
        await eventually(async () => expect((await signIn(other, userId)).error).toBeUndefined());
      }
      await peer.result('heartbeat');
    },
  );

  it('a session that signs out while it signs in has signed out', async () => {
    await using cluster = await TestCluster.start(rig, 2, {}, ONE, [Hasty]);
    const [peer, other] = [await cluster.connect(0), await cluster.connect(1)];
    expect((await peer.request('in.and.out', { userId: 'ann' })).error?.reason).toBe('Conflict');
    expect(cluster.hub(0).stats().signedIn).toBe(0);
    await eventually(async () => expect((await signIn(other, 'ann')).error).toBeUndefined());
  });

  it('takes a user whose id is very long', async () => {
    await using cluster = await TestCluster.start(rig, 2, {}, ONE);
    const userId = 'ü'.repeat(10_000);
    const [first, second] = [await cluster.connect(0, userId), await cluster.connect(1)];
    expect((await signIn(second, userId)).error?.reason).toBe('TooManyRequests');
    first.socket.close();
    await eventually(async () => expect((await signIn(second, userId)).error).toBeUndefined());
  });
});

describe('Sign-ins while the directory is slow or away', () => {
  it('free the place of the former user when the session is replaced on its way', async () => {
    const hold = new Hold();
    await using cluster = await TestCluster.start(hold.over(EngineRig.memory()), 2, {}, { singleSession: 'platform', ...ONE });
    const first = await cluster.connect(0, 'ann', 'web');
    hold.isHeld = true;
    first.send({ jsonrpc: '2.0', id: 1, method: 'sign.in', params: { userId: 'bob', platform: 'web' } });
    await eventually(() => expect(hold.size).toBe(1));
    const second = await cluster.connect(0);
    second.send({ jsonrpc: '2.0', id: 1, method: 'sign.in', params: { userId: 'bob', platform: 'web' } });
    await eventually(() => expect(hold.size).toBe(2));
    hold.open();
    await eventually(() => expect(heard(first, 'session.kicked').length + heard(second, 'session.kicked').length).toBeGreaterThan(0));
    const third = await cluster.connect(1);
    await eventually(async () => expect((await signIn(third, 'ann', 'ios')).error).toBeUndefined());
  });

  it('let in no more than the node itself would, however many come at once', async () => {
    const hold = new Hold();
    await using cluster = await TestCluster.start(hold.over(EngineRig.memory()), 1, {}, ONE);
    const peers = await Promise.all(Array.from({ length: 10 }, () => cluster.connect(0)));
    hold.isBroken = hold.isHeld = true;
    const answers = peers.map((peer) => signIn(peer, 'ann'));
    await eventually(() => expect(hold.size).toBe(peers.length));
    hold.open();
    const refused = (await Promise.all(answers)).filter(({ error }) => error);
    expect(refused.map(({ error }) => error?.reason)).toEqual(Array.from({ length: 9 }, () => 'TooManyRequests'));
    hold.isBroken = false;
    expect(cluster.hub(0).stats().signedIn).toBe(1);
  });

  it('end the session that was replaced as soon as its node can be told', async () => {
    const hold = new Hold();
    const settings = { askTimeoutMs: 50 };
    await using cluster = await TestCluster.start(hold.over(EngineRig.memory()), 2, settings, { singleSession: 'user' });
    const first = await cluster.connect(0, 'ann');
    hold.isMute = true;
    const second = await cluster.connect(1, 'ann');
    await eventually(() => expect(hold.unsaid).toBeGreaterThan(5));
    await first.result('heartbeat');
    hold.isMute = false;
    expect((await first.closed).code).toBe(4501);
    expect(heard(first, 'session.kicked')).toHaveLength(1);
    await second.result('heartbeat');
  });
});
