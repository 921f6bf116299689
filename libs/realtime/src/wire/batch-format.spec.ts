import zlib from 'node:zlib';
import { jest } from '@jest/globals';
import { readFrames } from '../../../../test/outbound/server-frames.js';
import { tickDone } from '../../../../test/sessions/fake-transport.js';
import { SharedFrame } from '../outbound/shared-frame.js';
import type { OutboundFrame } from '../outbound/transport.js';
import { BatchFormat } from './batch-format.js';
import { COMPRESSION_DEFAULTS } from './compression-options.js';
import { DeflateFormat } from './deflate-format.js';
import { PLAIN_FORMAT } from './frame-runs.js';
import { chosenSubprotocol } from './subprotocols.js';

const textsOf = (run: readonly OutboundFrame[], format = new BatchFormat()): string[] =>
  readFrames(Buffer.concat(format.buffersOf(run))).map(({ text }) => text);
const message = (n: number, bytes = 0): string => JSON.stringify({ n, pad: 'é'.repeat(bytes / 2) });

describe('messages of one tick for a peer that takes arrays', () => {
  afterEach(async () => {
    jest.restoreAllMocks();
    await tickDone();
  });

  it('are one array in one frame, in order', () => {
    const run = [message(1), new SharedFrame(message(2)), message(3, 7000)];
    expect(textsOf(run).map((text) => JSON.parse(text) as unknown)).toEqual([
      [1, 2, 3].map((n) => ({ n, pad: 'é'.repeat(n === 3 ? 3500 : 0) })),
    ]);
  });

  it('are sent bare if there is only one', () => {
    expect(textsOf([message(1)])).toEqual([message(1)]);
    const shared = new SharedFrame(message(1));
    expect(new BatchFormat().buffersOf([shared])[0]).toBe(PLAIN_FORMAT.buffersOf([shared])[0]);
  });

  it('leave answers to batches in frames of their own, because arrays do not nest', () => {
    const answer = `[${message(7)}]`;
    expect(textsOf([message(1), message(2), answer, message(3), answer, message(4), message(5)])).toEqual([
      `[${message(1)},${message(2)}]`,
      answer,
      message(3),
      answer,
      `[${message(4)},${message(5)}]`,
    ]);
  });

  it('are spread over frames of at most 64 kB', () => {
    const run = Array.from({ length: 1000 }, (_, n) => message(n, 500));
    const frames = readFrames(Buffer.concat(new BatchFormat().buffersOf(run)));
    expect(frames.flatMap(({ text }) => JSON.parse(text) as unknown[])).toEqual(run.map((text) => JSON.parse(text) as unknown));
    const sizes = frames.map(({ payload }) => payload.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * 1024);
    expect(frames.length).toBe(8);
  });

  it('fill a frame to the last byte and no further', () => {
    const half = (64 * 1024 - 3) / 2;
    const texts = [Math.floor(half), Math.ceil(half)].map((bytes) => 'x'.repeat(bytes));
    expect(textsOf(texts).length).toBe(1);
    expect(textsOf([...texts.slice(0, 1), `${texts[1]}x`]).length).toBe(2);
  });

  it('are sent bare if one alone is larger than that', () => {
    const large = message(2, 100_000);
    expect(textsOf([message(1), large, message(3)])).toEqual([message(1), large, message(3)]);
  });

  it('are encoded once for all receivers that are owed the same', () => {
    const format = new BatchFormat();
    const run = [new SharedFrame(message(1)), new SharedFrame(message(2))];
    expect(format.buffersOf([...run])[0]).toBe(format.buffersOf([...run])[0]);
    expect(format.buffersOf([...run, message(3)])[0]).not.toBe(format.buffersOf([...run, message(3)])[0]);
  });

  it('are compressed by themselves if they are worth it, and once for all receivers', () => {
    const deflate = jest.spyOn(zlib, 'deflateRawSync');
    const format = new BatchFormat(new DeflateFormat(15, COMPRESSION_DEFAULTS));
    const large = new SharedFrame(message(3, 5000));
    for (let n = 10; n < 20; n++) {
      const frames = readFrames(Buffer.concat(format.buffersOf([message(1), message(n), large, message(4), message(5)])));
      expect(frames.map(({ compressed, text }) => [compressed, text])).toEqual([
        [false, `[${message(1)},${message(n)}]`],
        [true, large.text],
        [false, `[${message(4)},${message(5)}]`],
      ]);
    }
    expect(deflate).toHaveBeenCalledTimes(1);
  });
});

describe('the subprotocol', () => {
  it.each([
    [[], false],
    [['graphql-ws'], false],
    [['jsonrpc'], 'jsonrpc'],
    [['jsonrpc.batch'], 'jsonrpc.batch'],
    [['jsonrpc.batch', 'jsonrpc'], 'jsonrpc.batch'],
    [['jsonrpc', 'jsonrpc.batch'], 'jsonrpc'],
    [['bearer.token', 'jsonrpc.batch'], 'jsonrpc.batch'],
  ])('of %j is %s', (offered, chosen) => {
    expect(chosenSubprotocol(new Set(offered))).toBe(chosen);
  });
});
