/** Starts apps that are expected to refuse to start, and gives back what they say. */
import { RealtimeConfigError } from 'nestjs-realtime';
import type { NodeParts } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

/** The faults that the one error at boot names. */
export async function bootFaults(parts: NodeParts): Promise<readonly string[]> {
  const error = await bootError(parts);
  if (!(error instanceof RealtimeConfigError)) throw new Error(`Not a RealtimeConfigError: ${String(error)}`, { cause: error });
  return error.faults;
}

/** Whatever the app dies of at boot. */
export async function bootError(parts: NodeParts): Promise<unknown> {
  let node;
  try {
    node = await startNode(parts);
  } catch (error) {
    return error;
  }
  await node.app.close();
  throw new Error('The app started');
}
