import { RpcLogger } from 'nestjs-realtime';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import { startNode } from '../support/start-node.js';
import { MetricsGateway } from './metrics.gateway.js';

describe('the request log of a node', () => {
  it('has a line for each call, and the id of an InternalError in both of its lines', async () => {
    const logger = new CollectingLogger();
    await using node = await startNode({ providers: [MetricsGateway], options: { observers: [RpcLogger] }, logger });
    await using peer = await node.connect();
    await peer.result('signIn', { userId: 'ada\nroot' });
    const { errorId } = (await peer.request('fail', {}, 9)).error?.data as { errorId: string };
    await peer.request('invented\nname', { token: 'secret-token' }, 10);
    const lines = logger.lines.filter((line) => line.includes('outcome='));
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^method=signIn outcome=ok durationMs=\d+\.\d\d session=\S+ user="ada\\\\u\{a\}root" request="r1"/);
    expect(lines[1]).toMatch(new RegExp(`^method=fail outcome=error .*request=9 code=-32603 errorId=${errorId}`));
    expect(lines[2]).toMatch(/^method=unknown outcome=refused .*request=10 code=-32601 RpcLogger$/);
    expect(logger.lines.filter((line) => line.includes(errorId))).toHaveLength(2);
    expect(logger.lines.join('')).not.toMatch(/secret-token|invented/);
  });
});
