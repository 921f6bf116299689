import { startNode } from '../support/start-node.js';
import { RawPeer } from '../delivery/raw-peer.js';
it('probe', async () => {
  await using node = await startNode({ options: { defaultTopicPolicy: 'allow', limits: {frameBytes: 65_536} } });
  await using peer = await RawPeer.connect(node.port);
  await peer.request('heartbeat');
  const topics: string[] = [];
  let n = 0; let bytes = 100;
  while (bytes < 64_000) { const t = (n++).toString(36); topics.push(t); bytes += t.length + 3; }
  process.stderr.write(`topics ${topics.length}\n`);
  for (let i = 0; i < 3; i++) {
    const t0 = performance.now();
    const h = setInterval(() => undefined, 1);
    let worst = 0; let last = performance.now();
    const iv = setInterval(() => { const now = performance.now(); worst = Math.max(worst, now - last); last = now; }, 1);
    const r = await peer.request('subscribe', { topics });
    clearInterval(h); clearInterval(iv);
    process.stderr.write(`${performance.now() - t0} ms, worst block ${worst}, reply ${JSON.stringify(r).length} ${Object.keys(r)} open ${node.hub.stats().sessions.open}\n`);
  }
});
