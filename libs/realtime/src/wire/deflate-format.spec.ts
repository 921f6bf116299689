import zlib from 'node:zlib';
import { jest } from '@jest/globals';
import { inflated, readFrames } from '../../../../test/outbound/server-frames.js';
import { tickDone } from '../../../../test/sessions/fake-transport.js';
import { SharedFrame } from '../outbound/shared-frame.js';
import type { OutboundFrame } from '../outbound/transport.js';
import { COMPRESSION_DEFAULTS, compressionFault } from './compression-options.js';
import { DeflateFormat } from './deflate-format.js';
import { PLAIN_FORMAT } from './frame-runs.js';

const format = (windowBits = 15, options = {}): DeflateFormat => new DeflateFormat(windowBits, { ...COMPRESSION_DEFAULTS, ...options });
const framesOf = (from: DeflateFormat, run: readonly OutboundFrame[]) => readFrames(Buffer.concat(from.buffersOf(run)));

/** Text that compresses well. */
const prose = (bytes: number, word = 'shared '): string => JSON.stringify({ pad: word.repeat(bytes) }).slice(0, bytes);
/** Text that does not: digits of a fraction, each once. */
const noise = (bytes: number): string =>
  Array.from({ length: bytes }, (_, n) => String.fromCharCode(33 + ((n * n * 7919 + n * 31) % 89))).join('');

describe('compressed messages', () => {
  afterEach(async () => {
    jest.restoreAllMocks();
    await tickDone();
  });

  it.each([1024, 1500, 4096, 65_535, 65_536, 300_000])('of %i bytes say what was sent, and do not end with an empty block', (bytes) => {
    const [frame] = framesOf(format(), [prose(bytes)]);
    expect([frame?.opcode, frame?.compressed, frame?.text]).toEqual([1, true, prose(bytes)]);
    expect(frame?.payload.subarray(-4)).not.toEqual(Buffer.of(0, 0, 0xff, 0xff));
    expect(frame?.payload.length).toBeLessThan(bytes / 4);
  });

  it('are those at and above the threshold, in bytes; the others are the bytes of a peer without compression', () => {
    const below = 'é'.repeat(511) + 'x';
    const at = 'é'.repeat(512);
    expect(framesOf(format(), [below, at, new SharedFrame(below), new SharedFrame(at)]).map(({ compressed }) => compressed)).toEqual([
      false,
      true,
      false,
      true,
    ]);
    const run = [below, new SharedFrame(below)];
    expect(Buffer.concat(format().buffersOf(run)).equals(Buffer.concat(PLAIN_FORMAT.buffersOf(run)))).toBe(true);
  });

  it('stay as they are if compressing does not make them smaller', () => {
    const text = zlib.deflateRawSync(noise(3000)).toString('base64').slice(0, 1100);
    const [frame] = framesOf(format(15, { level: 1 }), [text]);
    expect(frame?.text).toBe(text);
    expect(frame?.payload.length).toBeLessThanOrEqual(1100);
  });

  it('keep their order among others in one piece', () => {
    const run = ['a', prose(5000), new SharedFrame('b'), new SharedFrame(prose(2000)), 'c'];
    const pieces = format().buffersOf(run);
    expect(pieces.length).toBe(1);
    expect(readFrames(Buffer.concat(pieces)).map(({ text }) => text)).toEqual(
      run.map((frame) => (typeof frame === 'string' ? frame : frame.text)),
    );
  });

  it.each([9, 10, 12, 15])('need no larger window than %i bits if that was agreed on', (windowBits) => {
    const text = `${prose(600)}${noise(40_000)}${prose(600)}`;
    const [frame] = framesOf(format(windowBits), [text]);
    expect(inflated(frame?.payload ?? Buffer.alloc(0), windowBits).toString()).toBe(text);
  });

  it('are compressed once for all connections of a format, alone and in runs', () => {
    const deflate = jest.spyOn(zlib, 'deflateRawSync');
    const [one, two] = [new SharedFrame(prose(5000)), new SharedFrame(prose(6000))];
    const shared = format();
    for (let n = 0; n < 100; n++) {
      shared.buffersOf([one]);
      shared.buffersOf([one, two]);
      shared.buffersOf([`reply ${n}`, one]);
    }
    expect(deflate).toHaveBeenCalledTimes(2);
  });

  it('are compressed once for different windows too where the smaller one sees the whole message', () => {
    const deflate = jest.spyOn(zlib, 'deflateRawSync');
    const [small, large] = [new SharedFrame(prose(2000)), new SharedFrame(prose(20_000))];
    for (const windowBits of [11, 12, 15, 15, 12, 11]) format(windowBits).buffersOf([small, large]);
    // The small one once; the large one for windows of 11, 12 and 15 bits.
    expect(deflate).toHaveBeenCalledTimes(4);
  });

  it('of one receiver alone are compressed for it', () => {
    const deflate = jest.spyOn(zlib, 'deflateRawSync');
    format().buffersOf([prose(5000), prose(5000)]);
    expect(deflate).toHaveBeenCalledTimes(2);
  });

  it('leave the same buffer for every receiver of the same run', () => {
    const shared = format();
    const run = [new SharedFrame('a'), new SharedFrame(prose(5000))];
    expect(shared.buffersOf([...run])[0]).toBe(shared.buffersOf([...run])[0]);
  });
});

describe('the option compression', () => {
  it.each([true, false, {}, { level: 9, thresholdBytes: 1, windowBits: 9 }, { level: undefined }])('can be %j', (value) => {
    expect(compressionFault(value)).toBeUndefined();
  });

  it.each([
    [1, 'must be true, false or an object'],
    [null, 'must be true, false or an object'],
    [{ level: 0 }, 'must be in order: level must be an integer within 1..9'],
    [{ windowBits: 8 }, 'must be in order: windowBits must be an integer within 9..15'],
    [{ thresholdBytes: '1' }, 'must be in order: thresholdBytes must be an integer within 1..2147483647'],
    [{ threshold: 1 }, 'must be in order: threshold is not an option; known here: thresholdBytes, level, windowBits'],
  ])('cannot be %j', (value, fault) => {
    expect(compressionFault(value)).toBe(fault);
  });
});
