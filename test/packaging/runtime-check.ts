/** Asks an app of `consumer/runtime-app.mts` for whatever its runtime could get wrong. */
import { rawUpgrade } from '../nest/raw-http.js';
import { eventually } from '../support/eventually.js';
import { RpcPeer } from '../support/rpc-peer.js';
import type { RunningApp } from './fresh-app.js';

const PUSHES = 300;

/** What the library does there; `stop` ends the app. */
export async function runtimeFacts({ url: http, stop }: RunningApp): Promise<Record<string, unknown>> {
  const url = `${http.replace('http', 'ws')}/ws`;
  const port = Number(new URL(http).port);
  const peer = await RpcPeer.connect(url, { perMessageDeflate: true });
  let pings = 0;
  peer.socket.on('ping', () => pings++);
  const facts = {
    answers: [
      (await peer.request('greet', { name: 'Ada' })).result,
      (await peer.request('greet', { name: 7 })).error?.code,
      (await peer.request('missing')).error?.code,
    ],
    extensions: peer.socket.extensions,
    batch: await batch(peer),
    contexts: [await peer.result('see'), await peer.result('enter'), await peer.result('see')],
    refusals: (await Promise.all([rawUpgrade(port, '/nobody'), rawUpgrade(port, '/ws', { Origin: 'https://other.example' })])).map(
      ({ status }) => status,
    ),
    closings: [
      await closedAfter(url, ({ socket }) => socket.send(Buffer.from('binary'))),
      await closedAfter(url, ({ socket }) => socket.send('x'.repeat(65 * 1024))),
      await closedAfter(url, () => undefined, { autoPong: false }),
    ],
    pushes: await pushes(peer),
    isPinged: await eventually(() => pings > 0 || Promise.reject(new Error('No ping'))),
  };
  await stop();
  return { ...facts, goodbye: [peer.pushes.at(-1)?.method, (await peer.closed).code] };
}

async function batch(peer: RpcPeer): Promise<unknown> {
  peer.send(['enter', 'see'].map((method) => ({ jsonrpc: '2.0', id: method, method })));
  const frame = await eventually(() => peer.frames.find((text) => text.startsWith('[')) ?? Promise.reject(new Error('No batch')));
  const answers = JSON.parse(frame) as { id: string; result: unknown }[];
  return Object.fromEntries(answers.map(({ id, result }) => [id, result]));
}

/** Whether all came, in order. */
async function pushes(peer: RpcPeer): Promise<boolean> {
  await peer.result('subscribe', { topics: ['numbers'] });
  await peer.result('count', { to: PUSHES });
  const numbers = await eventually(() => {
    const found = peer.pushes.filter(({ method }) => method === 'number');
    return found.length === PUSHES ? found : Promise.reject(new Error(`${found.length} pushes`));
  });
  return numbers.every(({ params }, index) => (params as { number: number }).number === index);
}

async function closedAfter(url: string, act: (peer: RpcPeer) => void, options = {}): Promise<number> {
  const peer = await RpcPeer.connect(url, options);
  act(peer);
  return (await peer.closed).code;
}
