import { TopicPolicy } from 'nestjs-realtime';
import type { RealtimeOptions, TopicRequest } from 'nestjs-realtime';
import { RealtimePrometheusModule } from 'nestjs-realtime/prometheus';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { EventLog } from './event-log.js';
import { MetricsGateway } from './metrics.gateway.js';
import { Scrape } from './scrape.js';

const FAULT = new Error('policy bug');

class Policies {
  works = false;

  @TopicPolicy('secret:*')
  secret(): boolean {
    return false;
  }

  @TopicPolicy('bug:*')
  async bug(_request: TopicRequest): Promise<boolean> {
    if (!this.works) throw FAULT;
    return true;
  }
}

/** Metrics outlive their node; every test has its own. */
let count = 0;

interface Watched extends AsyncDisposable {
  readonly node: RunningNode;
  readonly log: EventLog;
  readonly logger: CollectingLogger;
  readonly errors: (type: string) => Promise<number | undefined>;
}

async function watched(limits: RealtimeOptions['limits'] = {}): Promise<Watched> {
  const namespace = `refusals${++count}`;
  const log = new EventLog();
  const logger = new CollectingLogger();
  const node = await startNode({
    providers: [MetricsGateway, Policies],
    imports: [RealtimePrometheusModule.forRoot({ namespace, defaultMetrics: false })],
    options: { defaultTopicPolicy: 'allow', observers: [log.observer], limits },
    logger,
  });
  const errors = async (type: string): Promise<number | undefined> => (await Scrape.of(node)).value(`${namespace}_errors_total`, { type });
  return { node, log, logger, errors, [Symbol.asyncDispose]: () => node[Symbol.asyncDispose]() };
}

describe('a topic that is refused', () => {
  it('is told to observers and counted, also if another one is granted', async () => {
    await using seen = await watched({ topicsPerSession: 2, topicNameBytes: 8 });
    const { node, log, errors } = seen;
    await using peer = await node.connect();
    const sessionId = await peer.result('signIn', { userId: 'ada' });
    await peer.result('subscribe', { topics: ['a', 'secret:1', 'b', 'much too long'] });
    const facts = { sessionId, userId: 'ada', isAnswer: false };
    expect(log.of('topicRefused')).toEqual([
      { ...facts, topic: 'secret:1', code: -32003, reason: 'PermissionDenied' },
      { ...facts, topic: 'b', code: -32003, reason: 'PermissionDenied' },
      { ...facts, topic: 'much too long', code: -32602, reason: 'InvalidParams' },
    ]);
    expect(log.events.slice(-2)).toEqual(['topicRefused', 'callEnded']);
    expect([await errors('PermissionDenied'), await errors('InvalidParams')]).toEqual([2, 1]);
  });

  it('is one line in the log and one fault if its policy fails for hundreds of names in a call', async () => {
    await using seen = await watched({ topicsPerSession: 500 });
    const { node, log, logger } = seen;
    await using peer = await node.connect();
    const topics = Array.from({ length: 400 }, (_unused, index) => `bug:${index}`);
    const { rejected } = (await peer.result('subscribe', { topics: [...topics, 'granted'] })) as {
      rejected: { data: { errorId: string } }[];
    };
    expect(rejected).toHaveLength(400);
    expect(new Set(rejected.map(({ data }) => data.errorId)).size).toBe(1);
    expect([logger.errors.length, log.of('fault').length, log.of('topicRefused').length]).toEqual([1, 1, 400]);
    await peer.request('subscribe', { topics });
    expect(logger.errors).toHaveLength(2);
  });

  it('is counted once if the call fails with it', async () => {
    await using seen = await watched({ topicNameBytes: 8 });
    const { node, log, errors } = seen;
    await using peer = await node.connect();
    const { error } = await peer.request('subscribe', { topics: ['secret:1', 'much too long'] });
    expect(error?.code).toBe(-32003);
    expect(log.of('topicRefused')).toEqual([
      { sessionId: expect.any(String), topic: 'secret:1', code: -32003, reason: 'PermissionDenied', isAnswer: true },
      { sessionId: expect.any(String), topic: 'much too long', code: -32602, reason: 'InvalidParams', isAnswer: false },
    ]);
    expect([await errors('PermissionDenied'), await errors('InvalidParams')]).toEqual([1, 1]);
  });

  it('is told in a batch and for a notification as well', async () => {
    await using seen = await watched();
    const { node, log } = seen;
    await using peer = await node.connect();
    const subscribe = { jsonrpc: '2.0', method: 'subscribe', params: { topics: ['a', 'secret:1'] } };
    peer.send([{ ...subscribe, id: 1 }, subscribe]);
    await peer.settled();
    expect(log.of('topicRefused').map(({ topic, isAnswer }) => [topic, isAnswer])).toEqual(Array(2).fill(['secret:1', false]));
  });
});

describe('a topic policy that throws', () => {
  const subscribed = async (topics: readonly string[]) => {
    const running = await watched();
    await using peer = await running.node.connect();
    return { ...running, response: await peer.request('subscribe', { topics }) };
  };

  it('is seen by everybody who watches, also if another topic is granted', async () => {
    await using seen = await subscribed(['bug:1', 'ok:1']);
    const { log, logger, errors, response } = seen;
    const errorId = expect.stringMatching(/^[\da-f-]{36}$/);
    expect(response.result).toEqual({
      subscribed: ['ok:1'],
      rejected: [{ topic: 'bug:1', code: -32603, message: 'Internal server error', reason: 'InternalError', data: { errorId } }],
    });
    const [rejected] = (response.result as { rejected: { data: { errorId: string } }[] }).rejected;
    const [fault, ...otherFaults] = log.of('fault');
    expect(fault).toEqual({
      what: 'In subscribe, the topic policy Policies.bug (bug:*) failed',
      error: FAULT,
      method: 'subscribe',
      sessionId: expect.any(String),
      errorId: rejected?.data.errorId,
    });
    expect([fault?.error === FAULT, otherFaults]).toEqual([true, []]);
    expect(logger.errors).toEqual([
      expect.stringContaining(
        `InternalError ${rejected?.data.errorId} in subscribe, the topic policy Policies.bug (bug:*): Error: policy bug`,
      ),
    ]);
    expect([await errors('InternalError'), await errors('Fault')]).toEqual([1, 0]);
  });

  it('is told and logged once with what it threw, if the call fails with it', async () => {
    await using seen = await subscribed(['bug:1']);
    const { log, logger, errors, response } = seen;
    const { errorId } = response.error?.data as { errorId: string };
    expect(log.of('fault').map((fault) => [fault.error === FAULT, fault.errorId])).toEqual([[true, errorId]]);
    expect(log.of('callEnded')).toMatchObject([{ outcome: 'error', code: -32603, errorId }]);
    expect(logger.errors).toEqual([expect.stringContaining(errorId)]);
    expect([await errors('InternalError'), await errors('Fault')]).toEqual([1, 0]);
  });

  it('is counted if the call fails with the refusal of another topic', async () => {
    await using seen = await subscribed(['secret:1', 'bug:1']);
    const { log, errors, response } = seen;
    expect(response.error?.code).toBe(-32003);
    expect(log.of('fault').map(({ error }) => error === FAULT)).toEqual([true]);
    expect([await errors('PermissionDenied'), await errors('InternalError')]).toEqual([1, 1]);
  });

  it('is seen when it is asked again, too', async () => {
    await using seen = await watched();
    const { node, log, logger, errors } = seen;
    await using peer = await node.connect();
    const sessionId = await peer.result('signIn', { userId: 'ada' });
    const policies = node.app.get(Policies);
    policies.works = true;
    await peer.result('subscribe', { topics: ['bug:1'] });
    policies.works = false;
    expect(await node.hub.reauthorize('ada')).toEqual({ count: 1, missingNodes: [] });
    const [fault] = log.of('fault');
    expect(fault).toEqual({
      what: 'In reauthorize, the topic policy Policies.bug (bug:*) failed',
      error: FAULT,
      sessionId,
      errorId: expect.any(String),
    });
    expect(logger.errors).toEqual([expect.stringContaining(fault?.errorId ?? 'none')]);
    expect([await errors('InternalError'), await errors('Fault')]).toEqual([0, 1]);
  });

  it('for a call that was given up meanwhile is for the log only', async () => {
    await using seen = await watched();
    const { node, log, logger } = seen;
    await using peer = await node.connect();
    // The answer to the cancellation comes before the policy has decided.
    peer.send([
      { jsonrpc: '2.0', id: 's', method: 'subscribe', params: { topics: ['bug:1', 'ok:1'] } },
      { jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 's' } },
    ]);
    await peer.settled();
    expect(log.of('callEnded')[0]).toMatchObject({ method: 'subscribe', outcome: 'cancelled' });
    expect([log.of('fault'), log.of('topicRefused'), logger.errors]).toEqual([[], [], []]);
  });
});
