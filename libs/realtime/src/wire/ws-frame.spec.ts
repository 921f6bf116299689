import { SharedFrame } from '../outbound/shared-frame.js';
import { arrayFrame, joinedFrames, textFrame, wireOf } from './ws-frame.js';

/** The frame of a server as RFC 6455 §5.2 draws it, written in the plainest way. */
function byTheBook(text: string): Buffer {
  const payload = Buffer.from(text, 'utf8');
  const length = payload.length;
  const extended = length < 126 ? Buffer.of(length) : length < 65_536 ? Buffer.of(126, length >> 8, length & 0xff) : longLength(length);
  return Buffer.concat([Buffer.of(0x81), extended, payload]);
}

function longLength(length: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = 127;
  bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

const SIZES = [0, 1, 124, 125, 126, 127, 255, 256, 65_534, 65_535, 65_536, 65_537, 1_000_000];
const TEXTS = [
  '',
  'a',
  'é',
  '€',
  '😀',
  '"\\\n\u0000\u2028"',
  '\ufeff{}',
  `${'x'.repeat(124)}é`,
  `${'😀'.repeat(16_384)}`,
  'é'.repeat(62) + 'a',
];

describe('a text frame', () => {
  it.each(SIZES)('of %i bytes is what RFC 6455 says', (size) => {
    const text = 'x'.repeat(size);
    expect(textFrame(text).equals(byTheBook(text))).toBe(true);
  });

  it.each(TEXTS)('measures bytes of UTF-8: %j', (text) => {
    expect(textFrame(text).equals(byTheBook(text))).toBe(true);
  });

  it('writes half of a surrogate pair as the replacement character: the payload stays UTF-8', () => {
    expect(textFrame('a\ud83db').equals(byTheBook('a\ufffdb'))).toBe(true);
  });
});

describe('several frames', () => {
  it('in one piece are the frames one after the other, whatever their sizes', () => {
    const texts = [...TEXTS, ...SIZES.map((size) => 'y'.repeat(size))];
    const mixed = texts.map((text, index) => (index % 2 === 0 ? text : new SharedFrame(text)));
    expect(joinedFrames(mixed).equals(Buffer.concat(texts.map(byTheBook)))).toBe(true);
  });

  it('are the same bytes whether a shared one was built before or not', () => {
    const built = new SharedFrame('built');
    wireOf(built);
    expect(joinedFrames(['a', built]).equals(joinedFrames(['a', new SharedFrame('built')]))).toBe(true);
  });

  it('are the same array whether a shared one was built before or not', () => {
    const [built, fresh] = [new SharedFrame('"é"'), new SharedFrame('"é"')];
    wireOf(built);
    expect(arrayFrame(['1', built], 8).equals(arrayFrame(['1', fresh], 8))).toBe(true);
    expect(arrayFrame(['1', built], 8).equals(byTheBook('[1,"é"]'))).toBe(true);
  });

  it('are an empty piece if there are none', () => {
    expect(joinedFrames([]).length).toBe(0);
  });
});

describe('a shared frame', () => {
  it('is built once for all its receivers', () => {
    const frame = new SharedFrame('all');
    expect(wireOf(frame)).toBe(wireOf(frame));
    expect(wireOf(frame).equals(byTheBook('all'))).toBe(true);
  });

  it('has the same text afterwards, which is no more than the bytes that were built', () => {
    const frames = [...TEXTS, 'x'.repeat(70_000)].map((text) => ({ text, frame: new SharedFrame(text) }));
    for (const { frame } of frames) wireOf(frame);
    expect(frames.map(({ frame }) => frame.text)).toEqual(frames.map(({ text }) => text));
    expect(frames.every(({ frame }) => Buffer.isBuffer(frame.content) && frame.content.buffer === frame.wire?.buffer)).toBe(true);
  });

  it('keeps nothing of the pool of small buffers alive while it waits', () => {
    const wire = wireOf(new SharedFrame('small'));
    expect(wire.buffer.byteLength).toBe(wire.length);
  });

  it('knows its bytes beforehand', () => {
    expect(TEXTS.map((text) => new SharedFrame(text).bytes)).toEqual(TEXTS.map((text) => Buffer.byteLength(text)));
  });
});
