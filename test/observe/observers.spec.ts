import { Injectable } from '@nestjs/common';
import { once } from 'node:events';
import WebSocket from 'ws';
import { HubService } from 'nestjs-realtime';
import type { RealtimeObserver, RealtimeOptions, SessionFacts } from 'nestjs-realtime';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import { eventually } from '../support/eventually.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { EventLog } from './event-log.js';
import { MetricsGateway } from './metrics.gateway.js';

const nodeWith = (options: RealtimeOptions): Promise<RunningNode> =>
  startNode({ providers: [MetricsGateway], options: { defaultTopicPolicy: 'allow', ...options } });

describe('an observer', () => {
  it('hears of a session from before it opens until after it has ended', async () => {
    const log = new EventLog();
    await using node = await nodeWith({ observers: [log.observer] });
    await using peer = await node.connect();
    const sessionId = await peer.result('signIn', { userId: 'ada' });
    await peer.result('subscribe', { topics: ['t'] });
    await peer.result('tell', { topic: 't' });
    peer.socket.close(4_999, 'bye');
    await eventually(() => expect(log.events).toContain('sessionClosed'));
    expect(log.events).toEqual([
      'sessionOpening',
      'sessionOpened',
      'callStarted',
      'principalChanged',
      'callEnded',
      'callStarted',
      'topicJoined',
      'callEnded',
      'callStarted',
      'pushed',
      'callEnded',
      'topicLeft',
      'sessionClosed',
    ]);
    const session = { sessionId, address: '127.0.0.1', endpoint: '/ws', openedAtMs: expect.any(Number) };
    expect(log.of('sessionOpening')).toEqual([{ address: '127.0.0.1', endpoint: '/ws' }]);
    expect(log.of('sessionOpened')).toEqual([session]);
    expect(log.of('principalChanged')).toEqual([{ ...session, userId: 'ada' }]);
    expect(log.of('topicLeft')).toEqual([{ sessionId, userId: 'ada', topic: 't' }]);
    expect(log.of('pushed')).toEqual([
      { target: 'topic', method: 'news', sessions: 1, bytes: expect.any(Number), durationMs: expect.any(Number) },
    ]);
    const end = { code: 4_999, reason: 'bye', by: 'peer', wasClean: true, durationMs: expect.any(Number) };
    expect(log.of('sessionClosed')).toEqual([{ ...session, userId: 'ada', ...end }]);
  });

  it('hears who ended a session, and whether both said goodbye', async () => {
    const log = new EventLog();
    await using node = await nodeWith({ observers: [log.observer] });
    await using kicked = await node.connect();
    await node.hub.kick({ kind: 'all' }, 'out');
    await kicked.closed;
    await using lost = await node.connect();
    lost.socket.terminate();
    await eventually(() => expect(log.of('sessionClosed')).toHaveLength(2));
    expect(log.of('sessionClosed')).toMatchObject([
      { code: 4500, reason: 'Kicked', by: 'server', wasClean: true },
      { code: 1006, by: 'peer', wasClean: false },
    ]);
  });

  it('hears of a request that is refused', async () => {
    const log = new EventLog();
    await using node = await nodeWith({ observers: [log.observer], origins: ['https://example.com'] });
    const socket = new WebSocket(node.url(), { origin: 'https://example.org' });
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number; resume(): void }];
    response.resume();
    expect([response.statusCode, log.events]).toEqual([403, ['handshakeRejected']]);
    expect(log.of('handshakeRejected')).toEqual([{ status: 403, reason: 'OriginRefused', address: '127.0.0.1' }]);
  });

  it('hears how each call ends, with registered names only', async () => {
    const log = new EventLog();
    await using node = await nodeWith({ observers: [log.observer] });
    await using peer = await node.connect();
    const failed = await peer.request('fail', {}, 1);
    await peer.request('invented\n', {}, 2);
    peer.notify('echo', {});
    await peer.settled();
    const [failure, unknown, notification] = log.of('callEnded');
    const { errorId } = failed.error?.data as { errorId: string };
    const fields = { durationMs: expect.any(Number), sessionId: expect.any(String) };
    expect(failure).toEqual({ method: 'fail', requestId: '1', isNotification: false, outcome: 'error', code: -32603, errorId, ...fields });
    expect(unknown).toEqual({ method: 'unknown', requestId: '2', isNotification: false, outcome: 'refused', code: -32601, ...fields });
    expect(notification).toEqual({ method: 'echo', isNotification: true, outcome: 'ok', ...fields });
    expect(log.of('callStarted').map(({ method }) => method)).toEqual(['fail', 'echo', 'heartbeat']);
    expect(log.of('fault')).toEqual([
      {
        what: 'The handler of fail failed',
        error: new Error('the password is secret'),
        method: 'fail',
        sessionId: failure?.sessionId,
        errorId,
      },
    ]);
  });

  it('hears what fails outside of calls', async () => {
    const log = new EventLog();
    await using node = await nodeWith({ observers: [log.observer] });
    await using peer = await node.connect();
    const fault = new Error('listener');
    node.hub.find({ kind: 'all' })[0]?.onClose(() => {
      throw fault;
    });
    peer.socket.close();
    await eventually(() =>
      expect(log.of('fault')).toEqual([{ what: expect.stringMatching(/^A listener of session \S+ failed$/), error: fault }]),
    );
  });

  it('hears what slow readers lose', async () => {
    const log = new EventLog();
    await using node = await nodeWith({ observers: [log.observer], outbound: { maxFrames: 8, maxBytes: 100_000, policy: 'drop-newest' } });
    await using peer = await node.connect();
    await peer.result('subscribe', { topics: ['t'] });
    peer.socket.pause();
    const pad = 'x'.repeat(50_000);
    await eventually(async () => {
      await node.hub.pushToTopic('t', 'big', { pad });
      expect(log.of('dropped')[0]).toMatchObject({ policy: 'drop-newest', frames: expect.any(Number), bytes: expect.any(Number) });
    });
    expect(node.hub.stats().messagesDropped['drop-newest']).toBeGreaterThan(0);
  });
});

describe('observers', () => {
  @Injectable()
  class Provided implements RealtimeObserver {
    readonly opened: string[] = [];
    constructor(readonly hub: HubService) {}
    sessionOpened({ sessionId }: SessionFacts): void {
      this.opened.push(sessionId);
    }
  }

  it('are taken from the app when they are named by class', async () => {
    await using node = await startNode({ providers: [Provided], options: { observers: [Provided] } });
    await using peer = await node.connect();
    await peer.settled();
    expect(node.app.get(Provided).opened).toHaveLength(1);
  });

  it('are made with what they inject if the app does not provide them', async () => {
    const made: Provided[] = [];
    class Unprovided extends Provided {
      constructor(hub: HubService) {
        super(hub);
        made.push(this);
      }
    }
    Injectable()(Unprovided);
    Reflect.defineMetadata('design:paramtypes', [HubService], Unprovided);
    await using node = await startNode({ options: { observers: [Unprovided] } });
    await using peer = await node.connect();
    await peer.settled();
    expect(made.map(({ hub, opened }) => [hub === node.hub, opened.length])).toEqual([[true, 1]]);
  });

  it('can come and go while the node runs', async () => {
    const log = new EventLog();
    await using node = await nodeWith({});
    const stop = node.hub.observe(log.observer);
    await using peer = await node.connect();
    await peer.result('echo');
    stop();
    stop();
    await peer.result('echo');
    expect(log.of('callEnded')).toHaveLength(1);
  });

  it('that throw, reject or hang in every event harm nobody, and are logged once', async () => {
    const log = new EventLog();
    const hostile = (act: () => unknown): RealtimeObserver => Object.fromEntries(Object.keys(log.observer).map((event) => [event, act]));
    const observers = [
      hostile(() => {
        throw new Error('thrown');
      }),
      hostile(async () => Promise.reject(new Error('rejected'))),
      hostile(() => new Promise(() => undefined)),
      log.observer,
    ];
    const logger = new CollectingLogger();
    const options: RealtimeOptions = { observers, defaultTopicPolicy: 'allow' };
    await using node = await startNode({ providers: [MetricsGateway], options, logger });
    await using peer = await node.connect();
    await peer.result('signIn', { userId: 'ada' });
    await peer.result('subscribe', { topics: ['t'] });
    expect(await peer.result('tell', { topic: 't' })).toBe(1);
    expect((await peer.request('fail')).error?.code).toBe(-32603);
    peer.send('{');
    await peer.settled();
    expect(new Set(log.events)).toEqual(
      new Set([
        'sessionOpening',
        'sessionOpened',
        'callStarted',
        'callEnded',
        'principalChanged',
        'topicJoined',
        'pushed',
        'fault',
        'frameRejected',
      ]),
    );
    const lines = logger.lines.filter((line) => line.includes('The observer'));
    expect(lines.map((line) => /thrown|rejected/.exec(line)?.[0]).sort()).toEqual(['rejected', 'thrown']);
  });
});
