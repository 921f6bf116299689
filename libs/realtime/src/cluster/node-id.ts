/** How a node is called that was given no name. */
import { hostname } from 'node:os';
import { randomBytes } from 'node:crypto';

/** The host's name, for people, and random characters, because a host may run several. */
export function newNodeId(): string {
  const host =
    hostname()
      .replace(/[^\w-]+/gu, '-')
      .slice(0, 40) || 'node';
  return `${host}-${randomBytes(4).toString('hex')}`;
}
