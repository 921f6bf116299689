import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chooseBroker } from './broker-choice.js';

describe('the broker of three demo nodes', () => {
  const [empty = '', withNats = '', withBoth = ''] = ['empty', 'nats', 'both'].map((name) =>
    mkdtempSync(join(tmpdir(), `broker-${name}-`)),
  );

  beforeAll(() => {
    for (const file of [join(withNats, 'nats-server'), join(withBoth, 'nats-server'), join(withBoth, 'redis-server')])
      writeFileSync(file, '', { mode: 0o755 });
    writeFileSync(join(withNats, 'redis-server'), 'not a program', { mode: 0o644 });
  });

  afterAll(() => {
    for (const folder of [empty, withNats, withBoth]) rmSync(folder, { recursive: true });
  });

  it('is the one that a variable names, whatever is on the PATH', () => {
    const PATH = withBoth;
    expect(chooseBroker({ PATH, REDIS_URL: 'redis://one' })).toEqual({ kind: 'redis', url: 'redis://one', from: 'REDIS_URL' });
    expect(chooseBroker({ PATH, NATS_URL: 'nats://two' })).toEqual({ kind: 'nats', url: 'nats://two', from: 'NATS_URL' });
    expect(chooseBroker({ PATH, REDIS_URL: 'redis://one', WS_REDIS_URL: 'redis://three' })).toMatchObject({ url: 'redis://three' });
  });

  it('is a program of the PATH, Redis before NATS', () => {
    expect(chooseBroker({ PATH: [empty, withBoth].join(delimiter) })).toEqual({ kind: 'redis', command: join(withBoth, 'redis-server') });
    expect(chooseBroker({ PATH: [empty, withNats].join(delimiter) })).toEqual({ kind: 'nats', command: join(withNats, 'nats-server') });
  });

  it('is of the kind that WS_PUBSUB_ADAPTER names', () => {
    const settings = { PATH: withBoth, WS_PUBSUB_ADAPTER: 'nats', REDIS_URL: 'redis://one' };
    expect(chooseBroker(settings)).toEqual({ kind: 'nats', command: join(withBoth, 'nats-server') });
  });

  it('is none where there is neither', () => {
    expect([chooseBroker({ PATH: empty }), chooseBroker({})]).toEqual([undefined, undefined]);
  });
});
