/** What several nodes said, as one. */
import type { CallPart, ClusterCallResult, ClusterStats, NodeCounts } from './hub-results.js';

export function callResultOf(parts: readonly CallPart[], missingNodes: readonly string[], need: 'first' | 'all'): ClusterCallResult {
  const results = parts.flatMap((part) => part.results);
  const failed = parts.flatMap((part) => part.failed);
  // With the first answer nobody is waited for, and nobody is missing.
  if (need === 'first' && results.length > 0) return { results: results.slice(0, 1), failed, missingNodes: [] };
  return { results, failed, missingNodes };
}

export function statsOf(nodes: readonly NodeCounts[], missingNodes: readonly string[]): ClusterStats {
  const sum = (read: (node: NodeCounts) => number): number => nodes.reduce((total, node) => total + read(node), 0);
  return {
    nodes,
    sessions: sum(({ sessions }) => sessions.open),
    signedIn: sum(({ signedIn }) => signedIn),
    anonymous: sum(({ anonymous }) => anonymous),
    missingNodes,
  };
}
