/** The end of the app, as its clients see it. */
import type { SessionEnd, TopicRequest } from 'nestjs-realtime';
import { TopicPolicy } from 'nestjs-realtime';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';
import { PeopleGateway } from './people.gateway.js';

class SilentPolicy {
  asked = 0;

  @TopicPolicy('silent:*')
  ask(_request: TopicRequest): Promise<boolean> {
    this.asked++;
    return new Promise(() => undefined);
  }
}

describe('when the app ends, every client', () => {
  it('gets all that was pushed before, then session.shutdown, then 1012, and none sees an abnormal end', async () => {
    const node = await startNode({ providers: [PeopleGateway], options: { drain: { windowMs: 1000 }, defaultTopicPolicy: 'allow' } });
    const peers = await Promise.all(Array.from({ length: 100 }, () => node.connect()));
    await Promise.all(peers.map((peer) => peer.request('subscribe', { topics: ['t'] })));
    for (let n = 0; n < 20; n++) await node.hub.pushToTopic('t', 'n', { n, pad: 'x'.repeat(10_000) });
    const { ends } = node.app.get(PeopleGateway);
    await node.app.close();
    const delays: number[] = [];
    for (const peer of peers) {
      expect(await peer.closed).toEqual({ code: 1012, reason: 'ServiceRestart' });
      expect(peer.pushes.map(({ method }) => method)).toEqual([...Array<string>(20).fill('n'), 'session.shutdown']);
      delays.push((peer.pushes.at(-1)?.params as { reconnectAfterMs: number }).reconnectAfterMs);
    }
    // They are told to come back one after the other.
    expect(delays.sort((a, b) => a - b).map((ms) => Math.floor(ms / 10))).toEqual(Array.from({ length: 100 }, (_unused, index) => index));
    expect(ends).toEqual(peers.map((): SessionEnd => ({ code: 1012, reason: 'ServiceRestart', by: 'server', wasClean: true })));
  });

  it('is let go also while its subscription is being decided', async () => {
    const node = await startNode({ providers: [PeopleGateway, SilentPolicy], options: { drain: { timeoutMs: 100 } } });
    await using peer = await node.connect();
    peer.send({ jsonrpc: '2.0', id: 1, method: 'subscribe', params: { topics: ['silent:1'] } });
    await eventually(() => expect(node.app.get(SilentPolicy).asked).toBe(1));
    await node.app.close();
    expect(await peer.closed).toEqual({ code: 1012, reason: 'ServiceRestart' });
    expect(peer.messages).toMatchObject([{ method: 'session.shutdown' }, { id: 1, error: { code: -32053 } }]);
  });
});
