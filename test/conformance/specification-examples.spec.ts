import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WireMessage } from '../support/rpc-peer.js';
import { startConformanceNode } from './conformance-node.js';
import { ExampleGateway } from './conformance.gateway.js';
import { exchange } from './exchange.js';

interface Example {
  readonly title: string;
  readonly send: string;
  /** null: nothing comes back. */
  readonly receive: string | null;
}

const examples = JSON.parse(readFileSync(join(import.meta.dirname, '../vectors/specification-examples.json'), 'utf8')) as Example[];

/** A response without its own words: the sentence of an error is free, its code and everything else is not. */
function gist(response: unknown): unknown {
  // The order in the answer to a batch is free too.
  if (Array.isArray(response)) return response.map(gist).sort();
  const { jsonrpc, id, result, error } = response as WireMessage;
  return JSON.stringify({ jsonrpc, id, result, error: error?.code });
}

describe('the examples of the specification, sent as they are printed', () => {
  it.each(examples)('$title [B6]', async ({ send, receive }) => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const received = (await exchange(peer, send)).map((frame) => gist(JSON.parse(frame)));
    expect(received).toEqual(receive === null ? [] : [gist(JSON.parse(receive))]);
  });

  it('are served one after the other by one session, and the notifications among them arrive', async () => {
    await using node = await startConformanceNode();
    await using peer = await node.connect();
    const received = await exchange(peer, ...examples.map(({ send }) => send));
    expect(received).toHaveLength(examples.filter(({ receive }) => receive !== null).length);
    expect(node.app.get(ExampleGateway).noticed).toEqual([[1, 2, 3, 4, 5], [7], [1, 2, 4], [7]]);
  });
});
