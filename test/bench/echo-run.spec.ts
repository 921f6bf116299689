/** A small run of the whole benchmark tool: built as `npm run bench` builds it, with every peer in a process of its own. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY } from '../architecture/import-graph.js';
import { findRedisServer } from '../support/brokers.js';
import { findNatsServer } from '../support/nats-server.js';

const run = promisify(execFile);

/** A compiler run and five servers on a machine that may be busy with other tests. */
const TIMEOUT_MS = 180_000;

interface BenchReport {
  readonly machine: { readonly node: string; readonly cpu: string; readonly packages: Readonly<Record<string, string>> };
  readonly cases: readonly {
    readonly id: string;
    readonly target?: number;
    readonly rows: readonly {
      readonly peer: string;
      readonly figure: { readonly median: number };
      readonly ratio: { readonly median: number };
    }[];
  }[];
}

describe('a small run of the benchmark', () => {
  let folder: string;
  let script: string;

  beforeAll(async () => {
    // Below dist, so that the compiled app finds node_modules; a folder of its own, so that nothing that is running is replaced.
    mkdirSync(join(REPOSITORY, 'dist'), { recursive: true });
    folder = mkdtempSync(join(REPOSITORY, 'dist/bench-test-'));
    const config = join(folder, 'tsconfig.json');
    const compilerOptions = { outDir: './out', sourceMap: false };
    const base = '../../apps/bench';
    const exclude = [`${base}/**/*.spec.ts`];
    writeFileSync(config, JSON.stringify({ extends: `${base}/tsconfig.app.json`, compilerOptions, include: [`${base}/src`], exclude }));
    const nest = join(REPOSITORY, 'node_modules/@nestjs/cli/bin/nest.js');
    await run(process.execPath, [nest, 'build', 'bench', '--path', relative(REPOSITORY, config)], { cwd: REPOSITORY });
    script = join(folder, 'out/apps/bench/src/run.js');
  }, TIMEOUT_MS);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it(
    'gets every answer from every peer and reports all of them',
    async () => {
      const json = join(folder, 'report.json');
      const { stdout } = await run(process.execPath, [
        script,
        '--quick',
        '--suite',
        'echo',
        '--rounds',
        '1',
        '--operations',
        '320',
        '--json',
        json,
      ]);
      const { machine, cases } = JSON.parse(readFileSync(json, 'utf8')) as BenchReport;
      const peers = ['ws', 'nestjs-realtime', 'platform-ws', 'socket.io', 'rpc-websockets'];

      expect(machine.node).toBe(process.version);
      expect(Object.keys(machine.packages)).toEqual(['ws', 'nestjs-realtime', '@nestjs/platform-ws', 'socket.io', 'rpc-websockets']);
      expect(cases.map(({ id, target }) => [id, target])).toEqual([
        ['echo-depth-1', 0.95],
        ['echo-depth-16', 0.4],
      ]);
      for (const { rows } of cases) {
        expect(rows.map(({ peer }) => peer)).toEqual(peers);
        expect(rows.every(({ figure, ratio }) => figure.median > 0 && ratio.median > 0)).toBe(true);
        expect(rows[0]?.ratio.median).toBe(1);
      }
      for (const name of [...peers, 'Echo, pipeline depth 1', 'Echo, pipeline depth 16']) expect(stdout).toContain(name);
    },
    TIMEOUT_MS,
  );

  it(
    'gets every answer through guards, interceptors and validation, from Nest’s own adapter too',
    async () => {
      const json = join(folder, 'handlers.json');
      const args = ['--quick', '--suite', 'handlers', '--rounds', '1', '--operations', '128', '--json', json];
      await run(process.execPath, [script, ...args]);
      const { cases } = JSON.parse(readFileSync(json, 'utf8')) as BenchReport;
      expect(cases.map(({ id, target }) => [id, target])).toEqual([
        ['handler-bare', undefined],
        ['handler-guard', 0.6],
        ['handler-interceptor', 0.55],
        ['handler-dto', 0.35],
        ['handler-schema', undefined],
        ['handler-all', 0.45],
      ]);
      for (const { rows } of cases) {
        expect(rows.map(({ peer }) => peer)).toEqual(['platform-ws', 'nestjs-realtime', 'nestjs-realtime-protected']);
        expect(rows.every(({ figure, ratio }) => figure.median > 0 && ratio.median > 0)).toBe(true);
        expect(rows[0]?.ratio.median).toBe(1);
      }
    },
    TIMEOUT_MS,
  );

  it(
    'pushes to few and to many, with every peer',
    async () => {
      const json = join(folder, 'fanout.json');
      await run(process.execPath, [script, '--quick', '--suite', 'fanout', '--rounds', '1', '--operations', '10', '--json', json]);
      const { cases } = JSON.parse(readFileSync(json, 'utf8')) as BenchReport;
      expect(cases.map(({ id }) => id)).toEqual(['fan-out-paced-200', 'fan-out-burst-200', 'fan-out-paced-1000', 'fan-out-burst-1000']);
      for (const { rows } of cases) expect(rows.every(({ figure }) => figure.median > 0)).toBe(true);
    },
    TIMEOUT_MS,
  );

  it(
    'lets pushes cross nodes over both brokers and in each way of Redis',
    async () => {
      const json = join(folder, 'cluster.json');
      const named = 'socket.io-redis-streams,nestjs-realtime-nats';
      const args = ['--quick', '--suite', 'cluster', '--peers', named, '--rounds', '1', '--operations', '20', '--json', json];
      const env = { ...process.env, REDIS_SERVER: findRedisServer(), NATS_SERVER: findNatsServer() };
      await run(process.execPath, [script, ...args], { env });
      const { cases } = JSON.parse(readFileSync(json, 'utf8')) as BenchReport;
      const peers = ['socket.io-redis', ...named.split(',')];
      const parts = ['hop-p50', 'hop-p99', 'way-p50', 'push-1', 'burst-1', 'share-1', 'push-100', 'burst-100', 'share-100', 'intake'];
      expect(cases.map(({ id, rows }) => [id, rows.map(({ peer }) => peer)])).toEqual([
        ...parts.map((id) => [`cluster-${id}`, peers]),
        ...['topics-time', 'topics-cpu', 'sign-ins-rate', 'sign-ins-cpu'].map((id) => [
          `cluster-${id}`,
          ['nestjs-realtime-apart', 'nestjs-realtime-nats'],
        ]),
      ]);
      const figures = cases.filter(({ id }) => /-(?:way|push|burst|intake|topics|sign-ins)/u.test(id)).flatMap(({ rows }) => rows);
      expect(figures.every(({ figure }) => figure.median > 0)).toBe(true);
    },
    TIMEOUT_MS,
  );

  it('says what to install where there is no broker', async () => {
    const env = { ...process.env, REDIS_SERVER: '', PATH: '/nowhere' };
    const started = run(process.execPath, [script, '--quick', '--suite', 'cluster'], { env });
    await expect(started).rejects.toMatchObject({ stderr: expect.stringContaining('The suite cluster needs Redis 7 or later') as unknown });
  });

  it('refuses a suite that does not exist, loudly', async () => {
    await expect(run(process.execPath, [script, '--suite', 'nonsense'])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--suite does not know nonsense') as unknown,
    });
  });
});
