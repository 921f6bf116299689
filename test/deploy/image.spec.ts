/** What the image holds, in a folder: the built demo, the packages that are no development dependencies, and nothing else; run as the image runs it. */
import { jest } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { BUILD_MS, buildDemo } from '../demo/built-demo.js';
import { REPOSITORY } from '../docs/pages.js';
import { freePort } from '../nest/free-port.js';
import { isRoot } from '../support/debian-tool.js';
import { eventually } from '../support/eventually.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { readText } from './deploy-files.js';
import { commandOf, environment } from './docker-instructions.js';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

/** Who may read the files of root, and write none. */
const NOBODY = 65_534;

jest.setTimeout(60_000);

/** What `npm prune --omit=dev` leaves. */
function productionPackages(): string[] {
  const { packages } = JSON.parse(readText('package-lock.json')) as Lock;
  return Object.entries(packages)
    .filter(([path, { dev }]) => path.startsWith('node_modules/') && dev !== true && existsSync(join(REPOSITORY, path)))
    .map(([path]) => path);
}

function copyPackage(path: string, image: string): void {
  const source = join(REPOSITORY, path);
  // A package inside of it is one of the list, or has to stay out.
  const isOwn = (file: string): boolean => !relative(source, file).split(sep).includes('node_modules');
  cpSync(source, join(image, path), { recursive: true, filter: isOwn });
}

describe('what the image holds', () => {
  let image = '';
  let port = 0;

  beforeAll(async () => {
    buildDemo();
    image = mkdtempSync(join(tmpdir(), 'realtime-image-'));
    chmodSync(image, 0o755);
    for (const path of ['package.json', 'dist/apps/demo']) cpSync(join(REPOSITORY, path), join(image, path), { recursive: true });
    for (const path of productionPackages()) copyPackage(path, image);
    port = await freePort();
  }, 2 * BUILD_MS);

  afterAll(() => rmSync(image, { recursive: true, force: true }));

  const settings = (): NodeJS.ProcessEnv => ({ ...environment(), PORT: `${port}`, HOST: '127.0.0.1', NO_COLOR: '1' });

  function start(): { child: ChildProcess; printed: string[] } {
    const [command, ...args] = commandOf('CMD');
    expect(command).toBe('node');
    const user = isRoot() ? { uid: NOBODY, gid: NOBODY } : {};
    const child = spawn(process.execPath, args, { cwd: image, env: settings(), stdio: ['ignore', 'pipe', 'pipe'], ...user });
    const printed: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => printed.push(text.toString()));
    return { child, printed };
  }

  /** @returns 0 for healthy */
  const health = (): number | null => spawnSync(process.execPath, commandOf('HEALTHCHECK').slice(1), { env: settings() }).status;

  it('starts as somebody who may write nothing, is healthy, answers, and says goodbye on SIGTERM', async () => {
    expect(health()).toBe(1);
    const { child, printed } = start();
    const ended = once(child, 'exit');
    try {
      await eventually(
        () => {
          if (child.exitCode !== null) throw new Error(`The demo ended:\n${printed.join('')}`);
          expect(printed.join('')).toContain('Chat page');
        },
        { timeoutMs: 40_000 },
      );
      expect(health()).toBe(0);
      await using peer = await RpcPeer.connect(`ws://127.0.0.1:${port}/ws`);
      await peer.result('auth.login', { username: 'test', password: '123456' });
      expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
      child.kill('SIGTERM');
      expect(await peer.closed).toEqual({ code: 1012, reason: 'ServiceRestart' });
      await ended;
    } finally {
      child.kill('SIGKILL');
    }
    expect(health()).toBe(1);
    expect(printed.join('')).toContain('Drained in ');
  });
});
