/** Three demo nodes with one broker between them: started together, ended together. */
import { randomBytes } from 'node:crypto';
import { isWellKnown, parseDemoUsers } from '../config/demo-users.js';
import { chooseBroker, HOW_TO_GET_ONE } from './broker-choice.js';
import type { BrokerChoice } from './broker-choice.js';
import { NodeProcess } from './node-process.js';
import { OwnBroker } from './own-broker.js';

const NAMES = ['node-1', 'node-2', 'node-3'];
const DEFAULT_PORT = '3000';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a caller can do while the nodes run. */
export interface RunningNodes {
  /** Once all nodes, and the broker if it was started here, are gone: what the process is to end with. */
  readonly ended: Promise<number>;
  /** Lets every node say goodbye to its sessions; asked again, it ends them at once. */
  stop(): void;
}

/** @param say prints a line or several */
export function runNodes(env: Environment, say: (text: string) => void): RunningNodes {
  const nodes: NodeProcess[] = [];
  let isStopping = false;
  const stop = (): void => {
    for (const node of nodes) node.stop(isStopping ? 'SIGKILL' : 'SIGTERM');
    isStopping = true;
  };
  const run = async (): Promise<number> => {
    const choice = chooseBroker(env);
    if (choice === undefined) {
      say(HOW_TO_GET_ONE);
      return 1;
    }
    const broker = 'command' in choice ? await OwnBroker.start(choice.kind, choice.command) : undefined;
    try {
      if (isStopping) return 0;
      const url = broker?.url ?? ('url' in choice ? choice.url : '');
      nodes.push(...NAMES.map((name, index) => new NodeProcess(name, environmentOf(env, { name, index, choice, url }), say)));
      const addresses = await Promise.all(nodes.map(({ address }) => address));
      const hasFailed = addresses.includes(undefined) && !isStopping;
      if (hasFailed) stop();
      if (!isStopping) say(greeting(nodes, addresses as string[], { choice, url, env }));
      for (const node of nodes) void node.ended.then(() => isStopping || say(`${node.name} has ended; the others go on.`));
      await Promise.all(nodes.map(({ ended }) => ended));
      return hasFailed ? 1 : 0;
    } finally {
      await broker?.stop();
    }
  };
  return { ended: run(), stop };
}

interface NodeFacts {
  readonly name: string;
  readonly index: number;
  readonly choice: BrokerChoice;
  readonly url: string;
}

/** A token that one node gave signs in at the others: all need one secret. */
const SECRET = randomBytes(32).toString('base64url');

function environmentOf(env: Environment, { name, index, choice, url }: NodeFacts): NodeJS.ProcessEnv {
  const first = env.PORT || env.WS_PORT || DEFAULT_PORT;
  return {
    ...env,
    // A port that is no number is refused by the node, in its own words.
    PORT: /^[1-9]\d*$/.test(first) ? `${Number(first) + index}` : first,
    JWT_SECRET: env.JWT_SECRET || SECRET,
    WS_NODE_ID: name,
    WS_PUBSUB_ENABLED: 'true',
    WS_PUBSUB_ADAPTER: choice.kind,
    [`WS_${choice.kind.toUpperCase()}_URL`]: url,
  };
}

interface GreetingFacts {
  readonly choice: BrokerChoice;
  readonly url: string;
  readonly env: Environment;
}

function greeting(nodes: readonly NodeProcess[], addresses: readonly string[], { choice, url, env }: GreetingFacts): string {
  const from = 'from' in choice ? `from ${choice.from}` : 'started for these nodes';
  const known = parseDemoUsers(env.DEMO_USERS ?? '').users.filter(isWellKnown);
  const lines = [
    `Three nodes over ${choice.kind === 'redis' ? 'Redis' : 'NATS'}: ${withoutPassword(url)} (${from})`,
    ...nodes.map(({ name, pid }, index) => `  ${name}   ${addresses[index]}/   process ${pid}`),
    '',
    'Open the page of each in a window of its own, join the same room, and talk: what is said at one is heard at all.',
    ...(known.length > 0 ? [`Sign in as ${known.map(({ userId, password }) => `${userId} / ${password}`).join(' or ')}.`] : []),
    `Let one go: kill ${nodes[1]?.pid} drains ${nodes[1]?.name}; kill -9 is how it dies. Ctrl-C ends all.`,
  ];
  return ['', ...lines.map((line) => (line === '' ? '' : `  ${line}`)), ''].join('\n');
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/u, '//');
}
