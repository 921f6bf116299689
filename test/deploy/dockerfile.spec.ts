/** The Dockerfile parses, and all that it copies and calls is there. `image.spec.ts` plays it. */
import { validate } from 'dockerfile-utils';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../docs/pages.js';
import { readText } from './deploy-files.js';
import { argumentsOf, commandOf, instructions, isFromStage, named } from './docker-instructions.js';

const text = readText('deploy/Dockerfile');

/** What is copied from the repository into the first stage. */
const sources = named('COPY')
  .filter((copy) => !isFromStage(copy))
  .flatMap((copy) => argumentsOf(copy).split(/\s+/).slice(0, -1));

describe('the Dockerfile', () => {
  it('has instructions that a builder takes', () => {
    expect(validate(text).map(({ range, message }) => [range.start.line + 1, message])).toEqual([]);
    expect(validate('FROM node\nCOPPY a b\n').map(({ message }) => message)).toEqual(['Unknown instruction: COPPY']);
  });

  it('builds in one stage and runs in another, which has no compiler and no sources', () => {
    const stages = named('FROM').map(argumentsOf);
    expect(stages).toEqual(['node:${NODE_VERSION}-bookworm-slim AS build', 'node:${NODE_VERSION}-bookworm-slim']);
    const last = instructions.slice(instructions.findLastIndex((instruction) => instruction.getKeyword() === 'FROM'));
    const copied = last.filter((instruction) => instruction.getKeyword() === 'COPY');
    expect(copied.every(isFromStage)).toBe(true);
    expect(copied.map(argumentsOf)).toEqual(['/build/package.json ./', '/build/node_modules node_modules', '/build/dist dist']);
    expect(last.some((instruction) => instruction.getKeyword() === 'RUN')).toBe(false);
  });

  it('copies only what is there, and what .dockerignore lets through', () => {
    expect(sources.filter((source) => !existsSync(join(REPOSITORY, source)))).toEqual([]);
    const allowed = readText('deploy/Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    expect(allowed.map((line) => line.slice(1)).sort()).toEqual([...sources].sort());
  });

  it('calls only npm scripts and programs that are there', () => {
    const { scripts, devDependencies } = JSON.parse(readText('package.json')) as Record<
      'scripts' | 'devDependencies',
      Record<string, string>
    >;
    const commands = named('RUN').map(argumentsOf);
    expect(commands.map((command) => command.split(' ').slice(0, 2).join(' '))).toEqual(['npm ci', 'npm exec', 'npm prune']);
    const called = commands.flatMap((command) => [...command.matchAll(/npm run ([\w:]+)/g)].map(([, script = '']) => script));
    expect(called.filter((script) => !(script in scripts))).toEqual([]);
    // The same build as that of `npm start`.
    expect(scripts.start).toBe(`${commands[1]?.replace('npm exec -- ', '')} && node dist/apps/demo/main.js`);
    expect(devDependencies).toHaveProperty('@nestjs/cli');
  });

  it('runs as somebody who is not root, on a version of Node that is tested', () => {
    expect(argumentsOf(named('USER').at(-1))).toBe('1000:1000');
    const [, version] = /^NODE_VERSION=(\d+)$/.exec(argumentsOf(named('ARG')[0])) ?? [];
    const { optionalDependencies } = JSON.parse(readText('.config/nodes/package.json')) as { optionalDependencies: object };
    expect(Object.values(optionalDependencies).some((pinned) => String(pinned).includes(`@${version}.`))).toBe(true);
  });

  it('lets SIGTERM reach Node: no shell, no npm', () => {
    expect(argumentsOf(named('STOPSIGNAL')[0])).toBe('SIGTERM');
    expect(named('ENTRYPOINT')).toEqual([]);
    expect(commandOf('CMD')).toEqual(['node', 'dist/apps/demo/main.js']);
    expect(commandOf('HEALTHCHECK')[0]).toBe('node');
  });
});
