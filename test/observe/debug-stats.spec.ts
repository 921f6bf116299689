import { startNode } from '../support/start-node.js';
import { MetricsGateway } from './metrics.gateway.js';

describe('hub.stats()', () => {
  it('adds up what passed since the node started', async () => {
    await using node = await startNode({ providers: [MetricsGateway] });
    const before = node.hub.stats();
    expect(before).toMatchObject({ messagesReceived: 0, messagesSent: 0, pushes: 0, sessionsOpened: 0, messagesDropped: {} });
    {
      await using peer = await node.connect();
      const request = '{"jsonrpc":"2.0","id":"a","method":"echo"}';
      peer.send(request);
      await peer.response('a');
      await node.hub.broadcast('x');
      await peer.push('x');
      const { messagesReceived, messagesSent, bytesReceived, bytesSent, pushes, sessionsOpened, latency } = node.hub.stats();
      expect([messagesReceived, messagesSent, pushes, sessionsOpened, latency]).toEqual([1, 2, 1, 1, undefined]);
      expect([bytesReceived, bytesSent]).toEqual([request.length, peer.frames.join('').length]);
    }
    expect(node.hub.stats().uptimeMs).toBeGreaterThanOrEqual(before.uptimeMs);
  });

  it('has the latency of calls where debugStats is on', async () => {
    await using node = await startNode({ providers: [MetricsGateway], options: { debugStats: true } });
    expect(node.hub.stats().latency).toEqual({ calls: 0, p50Ms: 0, p95Ms: 0, p99Ms: 0 });
    await using peer = await node.connect();
    for (let n = 0; n < 20; n++) await peer.result('echo');
    await peer.request('slow');
    const { calls, p50Ms, p95Ms, p99Ms } = node.hub.stats().latency ?? { calls: 0, p50Ms: 0, p95Ms: 0, p99Ms: 0 };
    expect(calls).toBe(21);
    expect(p50Ms).toBeGreaterThan(0);
    expect(p95Ms).toBeGreaterThanOrEqual(p50Ms);
    // The one that timed out after 5 ms: a timer of Node may fire up to a millisecond early.
    expect(p99Ms).toBeGreaterThan(3.5);
  });
});
