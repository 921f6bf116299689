import { failureOf } from '../../../../test/client/failure-of.js';
import type { SubscriptionEvent } from './subscription.js';
import { TopicSubscriptions } from './topic-subscriptions.js';

/** A server that notes what it is asked and says what the test lets it. */
class Server {
  readonly asked: string[] = [];
  answer = async (_topics: readonly string[]): Promise<ReadonlyMap<string, Error>> => new Map();

  subscribe(topics: readonly string[]): Promise<ReadonlyMap<string, Error>> {
    this.asked.push(`+${topics.join()}`);
    return this.answer(topics);
  }

  async unsubscribe(topics: readonly string[]): Promise<void> {
    this.asked.push(`-${topics.join()}`);
  }

  giveUp(error: Error): void {
    this.asked.push(error.message);
  }
}

describe('topics that are kept up', () => {
  let server: Server;
  let events: SubscriptionEvent[];
  let topics: TopicSubscriptions;

  beforeEach(() => {
    server = new Server();
    events = [];
    topics = new TopicSubscriptions(
      { topics: 10, nameBytes: 1_000 },
      server,
      () => undefined,
      (event) => events.push(event),
    );
  });

  it('are asked for in one call for one turn, and again on the next connection', async () => {
    await topics.connected({});
    await Promise.all([topics.hold('a'), topics.hold('b')]);
    topics.disconnected(5);
    expect(topics.joined).toEqual([]);
    await topics.connected({});
    expect([server.asked, topics.joined]).toEqual([
      ['+a,b', '+a,b'],
      ['a', 'b'],
    ]);
    expect(events).toMatchObject(['a', 'b'].map((topic) => ({ kind: 'gap', topic, sinceMs: 5 })));
  });

  it('that are dropped while the server is being asked are left when it has answered', async () => {
    await topics.connected({});
    let yes: (refusals: ReadonlyMap<string, Error>) => void = () => undefined;
    server.answer = () => new Promise((resolve) => (yes = resolve));
    const failure = failureOf(topics.hold('a'));
    await Promise.resolve();
    const left = topics.unsubscribe('a');
    yes(new Map());
    await left;
    expect([await failure, server.asked]).toMatchObject([{ code: 'UNSUBSCRIBED' }, ['+a', '-a']]);
  });

  it('end with the refusal of the server, and are not asked for again', async () => {
    await topics.connected({});
    await topics.hold('a');
    topics.disconnected(5);
    const error = new Error('no longer');
    server.answer = async () => new Map([['a', error]]);
    await topics.connected({});
    topics.disconnected(6);
    await topics.connected({});
    expect([events, server.asked]).toEqual([[{ kind: 'ended', topic: 'a', error }], ['+a', '+a']]);
  });

  it('hear nothing of an answer that came on an earlier connection', async () => {
    let yes: (refusals: ReadonlyMap<string, Error>) => void = () => undefined;
    server.answer = () => new Promise((resolve) => (yes = resolve));
    const opened = topics.connected({});
    const subscribed = topics.hold('a');
    await opened;
    topics.disconnected(5);
    yes(new Map());
    await Promise.resolve();
    expect(topics.joined).toEqual([]);
    server.answer = async () => new Map();
    await topics.connected({});
    await subscribed;
    expect(topics.joined).toEqual(['a']);
  });
});
