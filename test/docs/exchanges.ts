/** Replays the exchanges that a page shows: `-->` is what the peer sends, `<--` what the server sends. */
import { isDeepStrictEqual } from 'node:util';
import { eventually } from '../support/eventually.js';
import type { RpcPeer } from '../support/rpc-peer.js';
import type { CodeBlock } from './pages.js';

interface Line {
  readonly from: 'peer' | 'server';
  readonly text: string;
}

/** Members whose values are different each time; only their type is compared. */
const CHANGING = new Set(['errorId', 'server_time']);

/** @throws {Error} at the first frame that is not the one on the page */
export async function replay(block: CodeBlock, peer: RpcPeer): Promise<void> {
  let seen = 0;
  for (const [index, { from, text }] of linesOf(block).entries()) {
    if (from === 'peer') {
      peer.send(text);
      continue;
    }
    const where = `${block.page}:${block.line + index}`;
    const frame = await eventually(() => peer.frames[seen] ?? raise(`${where}: the server sent nothing`));
    if (!isDeepStrictEqual(comparable(frame), comparable(text))) throw new Error(`${where}: the server sent ${frame}`);
    seen++;
  }
  const rest = (await peer.settled()).slice(seen, -1);
  if (rest.length > 0) throw new Error(`${block.page}:${block.line}: the server also sent ${rest.join(' ')}`);
}

function linesOf({ page, line, text }: CodeBlock): Line[] {
  return text.split('\n').map((row, index) => {
    const [, arrow, message] = /^(-->|<--) (.+)$/.exec(row) ?? [];
    if (message === undefined) return raise(`${page}:${line + index}: neither --> nor <--`);
    return { from: arrow === '-->' ? 'peer' : 'server', text: message };
  });
}

/** The frame as a value, with the digits of its ids and without what changes. */
function comparable(frame: string): unknown {
  const ids = [...frame.matchAll(/"id":(-?[\d.eE+-]+)/g)].map(([, digits]) => digits);
  const value: unknown = JSON.parse(frame, (member, inner: unknown) => (CHANGING.has(member) ? typeof inner : inner));
  return { ids, value };
}

function raise(message: string): never {
  throw new Error(message);
}
