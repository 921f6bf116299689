import { eventually } from '../support/eventually.js';
import { parsePrometheusText } from '../observe/prometheus-text.js';
import { RunningDemo } from './start-demo.js';

const valueOf = (text: string, name: string): number | undefined => parsePrometheusText(text).get(name)?.samples[0]?.value;

describe('the demo, to whoever operates it', () => {
  it('is alive and ready, with state, uptime and sessions', async () => {
    await using demo = await RunningDemo.start();
    await using peer = await demo.signedIn();
    await peer.settled();
    for (const path of ['/healthz', '/readyz']) {
      const response = await fetch(`${demo.url}${path}`);
      expect([response.status, await response.json()]).toEqual([
        200,
        expect.objectContaining({ status: 'ok', state: 'running', uptimeMs: expect.any(Number), sessions: 1 }),
      ]);
    }
  });

  it('has metrics that Prometheus can read', async () => {
    await using demo = await RunningDemo.start();
    const before = await (await fetch(`${demo.url}/metrics`)).text();
    await using peer = await demo.signedIn();
    await peer.result('echo', { a: 1 });
    const text = await (await fetch(`${demo.url}/metrics`)).text();
    expect(valueOf(text, 'realtime_connections_authenticated')).toBe(1);
    expect((valueOf(text, 'realtime_messages_received_total') ?? 0) - (valueOf(before, 'realtime_messages_received_total') ?? 0)).toBe(2);
    expect(text).toContain('realtime_rpc_requests_total{method="auth.login",outcome="ok"}');
    expect(text).not.toContain('123456');
  });

  it('is not ready while it drains', async () => {
    await using demo = await RunningDemo.start();
    await using peer = await demo.connect();
    // Does not answer the close frame, so that there is time to ask.
    peer.socket.pause();
    const stopped = demo[Symbol.asyncDispose]();
    await eventually(async () => {
      const response = await fetch(`${demo.url}/readyz`);
      expect([response.status, await response.json()]).toEqual([503, expect.objectContaining({ state: 'draining' })]);
    });
    expect((await fetch(`${demo.url}/healthz`)).status).toBe(200);
    peer.socket.terminate();
    await stopped;
  });
});
