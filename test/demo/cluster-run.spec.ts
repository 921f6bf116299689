/** `npm run demo:cluster` as a process: three nodes and a broker that come and go together. */
import { jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { heard } from '../cluster/cluster-node.js';
import { Broker } from '../support/brokers.js';
import { findTool } from '../support/debian-tool.js';
import { eventually } from '../support/eventually.js';
import { findNatsServer } from '../support/nats-server.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { BUILD_MS, buildDemo } from './built-demo.js';

const PROGRAM = resolve(import.meta.dirname, '../../dist/apps/demo/cluster.js');

// Three nodes start at once, on a machine that may have two cores.
jest.setTimeout(60_000);

const redisServer = (): string =>
  findTool({ what: 'Tests of clusters need Redis 7', variable: 'REDIS_SERVER', commands: ['redis-server'], package: 'redis-server' });

class ClusterRun implements AsyncDisposable {
  readonly lines: string[] = [];
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown[]>;
  /** Where the broker keeps what it writes. */
  readonly folder = mkdtempSync(join(tmpdir(), 'cluster-run-'));

  constructor(env: Readonly<Record<string, string>>) {
    const settings = { PATH: '', PORT: '0', NO_COLOR: '1', TMPDIR: this.folder, ...env };
    this.child = spawn(process.execPath, [PROGRAM], { env: settings, stdio: ['ignore', 'pipe', 'pipe'] });
    this.closed = once(this.child, 'close');
    for (const stream of [this.child.stdout, this.child.stderr])
      if (stream) createInterface(stream).on('line', (line) => this.lines.push(line));
  }

  get text(): string {
    return this.lines.join('\n');
  }

  /** @returns addresses and process numbers, when all three have greeted */
  async nodes(): Promise<{ url: string; pid: number }[]> {
    return eventually(
      () => {
        const found = [...this.text.matchAll(/^ {4}node-\d {3}(http\S+)\/ {3}process (\d+)$/gm)];
        if (found.length !== 3) throw new Error(`Not three nodes:\n${this.text}`);
        return found.map(([, url = '', pid]) => ({ url, pid: Number(pid) }));
      },
      { timeoutMs: 40_000 },
    );
  }

  /** @returns the exit code; null if the signal ended it */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<unknown> {
    this.child.kill(signal);
    return this.over();
  }

  async over(): Promise<unknown> {
    return (await this.closed)[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function signIn(url: string, username: string): Promise<RpcPeer> {
  const peer = await RpcPeer.connect(`${url.replace('http', 'ws')}/ws`);
  await peer.result('auth.login', { username, password: '123456' });
  await peer.result('subscribe', { topics: ['room:lobby'] });
  return peer;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const gone = (pids: readonly number[]): Promise<void> => eventually(() => expect(pids.filter(isAlive)).toEqual([]));

describe('three demo nodes with one command', () => {
  beforeAll(() => {
    buildDemo();
    findNatsServer();
    redisServer();
  }, 3 * BUILD_MS);

  it.each([
    ['redis-server', 'Redis: redis', redisServer],
    ['nats-server', 'NATS: nats', findNatsServer],
  ])('start the %s of the PATH, are one hub, and are all gone after SIGTERM', async (_command, name, find) => {
    const child = find();
    await using run = new ClusterRun({ PATH: dirname(child), WS_PUBSUB_ADAPTER: name.split(' ')[1] ?? '' });
    const nodes = await run.nodes();
    expect(run.text).toMatch(new RegExp(`Three nodes over ${name}://127\\.0\\.0\\.1:\\d+ \\(started for these nodes\\)`));
    expect(run.text).toContain('Sign in as test / 123456 or admin / 123456.');
    const [one, two, three] = nodes.map(({ url }) => url) as [string, string, string];
    await using ada = await signIn(one, 'test');
    await using bob = await signIn(three, 'admin');
    await ada.result('chat.send', { room: 'lobby', text: 'hello' });
    await eventually(() => expect(heard(bob, 'chat.message')).toMatchObject([{ text: 'hello' }]));
    await using late = await signIn(two, 'test');
    expect(await run.end('SIGTERM')).toBe(0);
    for (const peer of [ada, bob, late]) expect((await peer.closed).code).toBe(1012);
    await gone(nodes.map(({ pid }) => pid));
    const [, port] = /127\.0\.0\.1:(\d+) \(started/.exec(run.text) ?? [];
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow('fetch failed');
  });

  it('share the broker of a variable, go on when one of them is let go, and leave the broker alone', async () => {
    await using broker = await Broker.start('redis');
    await using run = new ClusterRun({ REDIS_URL: broker.url });
    const nodes = await run.nodes();
    expect(run.text).toContain(`Three nodes over Redis: ${broker.url} (from REDIS_URL)`);
    process.kill(nodes[1]?.pid ?? 0, 'SIGTERM');
    await eventually(() => expect(run.text).toContain('node-2 has ended; the others go on.'));
    await using peer = await signIn(nodes[2]?.url ?? '', 'test');
    expect(await run.end('SIGINT')).toBe(0);
    expect((await peer.closed).code).toBe(1012);
    await gone(nodes.map(({ pid }) => pid));
    expect(isAlive(broker.pid)).toBe(true);
  });

  it('end when the command is killed that started them', async () => {
    await using broker = await Broker.start('redis');
    await using run = new ClusterRun({ REDIS_URL: broker.url });
    const nodes = await run.nodes();
    expect(await run.end('SIGKILL')).toBeNull();
    await gone(nodes.map(({ pid }) => pid));
  });

  it('say how to get a broker where there is none', async () => {
    await using run = new ClusterRun({});
    expect(await run.over()).toBe(1);
    expect(run.text).toContain('Three nodes need a Redis (7.0 or later) or a NATS (2.11 or later) between them, and there is none.');
  });

  it('say why they cannot start, and leave none behind', async () => {
    await using run = new ClusterRun({ REDIS_URL: 'redis://127.0.0.1:1' });
    expect(await run.over()).toBe(1);
    for (const name of ['node-1', 'node-2', 'node-3']) expect(run.text).toMatch(new RegExp(`\\[${name}\\] Redis .*127\\.0\\.0\\.1:1`));
  });
});
