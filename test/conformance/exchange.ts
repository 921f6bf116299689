/** Sends frames and collects everything that comes back for them. */
import type { RpcPeer, WireMessage } from '../support/rpc-peer.js';

const sequences = new WeakMap<RpcPeer, number>();

/** Sends texts as they are; returns the texts that came back once the server has handled them all. */
export async function exchange(peer: RpcPeer, ...texts: readonly string[]): Promise<string[]> {
  const seen = peer.frames.length;
  for (const text of texts) peer.send(text);
  const fences = [await fence(peer), await fence(peer)];
  return peer.frames.slice(seen).filter((frame) => !fences.some((id) => frame.includes(id)));
}

/** The same for frames of which exactly one answer is expected: that answer, parsed. */
export async function answerTo(peer: RpcPeer, text: string): Promise<WireMessage> {
  const frames = await exchange(peer, text);
  if (frames.length !== 1) throw new Error(`Expected one frame for ${text.slice(0, 200)}, got ${frames.length}: ${frames.join(' ')}`);
  return JSON.parse(frames[0] as string) as WireMessage;
}

/** The same for a batch: the items of the one array that answers it. */
export async function answersTo(peer: RpcPeer, batch: string): Promise<WireMessage[]> {
  const answer: unknown = await answerTo(peer, batch);
  if (!Array.isArray(answer)) throw new Error(`Expected an array, got ${JSON.stringify(answer)}`);
  return answer as WireMessage[];
}

/** A request that is answered only after what was sent before it; twice, because some answers take a few turns more. */
async function fence(peer: RpcPeer): Promise<string> {
  const sequence = (sequences.get(peer) ?? 0) + 1;
  sequences.set(peer, sequence);
  const id = `fence-${sequence}-`;
  await peer.request('heartbeat', undefined, id);
  return id;
}
