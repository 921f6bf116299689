/** Which broker three demo nodes share: one that the environment names, else one that can be started here. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;
type BrokerKind = 'redis' | 'nats';

/** A broker that runs, or a program that starts one. */
export type BrokerChoice =
  { readonly kind: BrokerKind; readonly url: string; readonly from: string } | { readonly kind: BrokerKind; readonly command: string };

interface BrokerSource {
  readonly kind: BrokerKind;
  /** Variables that say where one is. */
  readonly variables: readonly string[];
  readonly commands: readonly string[];
}

const SOURCES: readonly BrokerSource[] = [
  { kind: 'redis', variables: ['WS_REDIS_URL', 'REDIS_URL'], commands: ['redis-server', 'valkey-server'] },
  { kind: 'nats', variables: ['WS_NATS_URL', 'NATS_URL'], commands: ['nats-server'] },
];

export const HOW_TO_GET_ONE = `Three nodes need a Redis (7.0 or later) or a NATS (2.11 or later) between them, and there is none.

  Debian, Ubuntu   apt-get install redis-server
  macOS            brew install redis        or  brew install nats-server
  a container      docker run --rm -p 6379:6379 redis:7-alpine
  elsewhere        REDIS_URL=redis://host:6379 npm run demo:cluster
                   NATS_URL=nats://host:4222 npm run demo:cluster

A redis-server, valkey-server or nats-server on the PATH is started and ended by this command.`;

/** @param env `WS_PUBSUB_ADAPTER` leaves one kind; addresses come before programs, Redis before NATS */
export function chooseBroker(env: Environment): BrokerChoice | undefined {
  const sources = SOURCES.filter(({ kind }) => !isOther(kind, env.WS_PUBSUB_ADAPTER));
  for (const { kind, variables } of sources) {
    const from = variables.find((name) => env[name]);
    if (from !== undefined) return { kind, url: env[from] ?? '', from };
  }
  for (const { kind, commands } of sources) {
    const command = programOnPath(commands, env);
    if (command !== undefined) return { kind, command };
  }
  return undefined;
}

function isOther(kind: BrokerKind, asked: string | undefined): boolean {
  return (asked === 'redis' || asked === 'nats') && asked !== kind;
}

function programOnPath(commands: readonly string[], { PATH = '' }: Environment): string | undefined {
  const folders = PATH.split(delimiter).filter((folder) => folder !== '');
  return commands.flatMap((command) => folders.map((folder) => join(folder, command))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Translated: this is the answer.
    return false;
  }
}
