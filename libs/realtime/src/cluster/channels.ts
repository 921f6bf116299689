/** The channels of a cluster: one for everybody, one for each node, one for each topic that somebody listens to. */

export const EVERYBODY = 'all';

export const channelOfNode = (nodeId: string): string => `n:${nodeId}`;

export const channelOfTopic = (topic: string): string => `t:${topic}`;
