import { tickDone } from '../../../../test/sessions/fake-transport.js';
import { SharedFrame } from '../outbound/shared-frame.js';
import type { OutboundFrame } from '../outbound/transport.js';
import { PLAIN_FORMAT } from './frame-runs.js';
import { textFrame } from './ws-frame.js';

const buffersOf = (frames: readonly OutboundFrame[]): readonly Buffer[] => PLAIN_FORMAT.buffersOf(frames);

const shared = (count: number, size = 10): SharedFrame[] =>
  Array.from({ length: count }, (_, index) => new SharedFrame(String(index).padEnd(size)));

function bytesOf(frames: readonly OutboundFrame[]): Buffer {
  return Buffer.concat(frames.map((frame) => textFrame(typeof frame === 'string' ? frame : frame.text)));
}

describe('the bytes of a run of frames', () => {
  afterEach(tickDone);

  it('are the very same buffer for every receiver of one shared frame', () => {
    const frame = new SharedFrame('all');
    const [one, two] = [buffersOf([frame]), buffersOf([frame])];
    expect([one.length, two.length]).toEqual([1, 1]);
    expect(one[0]).toBe(two[0]);
  });

  it('are the very same buffer for receivers that are owed the same frames', () => {
    const run = shared(20);
    const [one, two] = [buffersOf([...run]), buffersOf([...run])];
    expect([one.length, two.length]).toEqual([1, 1]);
    expect(one[0]).toBe(two[0]);
    expect(one[0]?.equals(bytesOf(run))).toBe(true);
  });

  it('are never those of another run, however alike the two look', () => {
    const [a, b, c] = [new SharedFrame('same'), new SharedFrame('same'), new SharedFrame('other')];
    const runs: OutboundFrame[][] = [
      [a, b],
      [b, a],
      [a, c],
      [a, b, c],
      [c, c],
      [a, b],
      ['x', 'y'],
      ['x', 'z'],
      [a, 'own'],
      [a, 'else'],
    ];
    for (const run of runs) {
      const bytes = Buffer.concat(buffersOf(run));
      expect(bytes.equals(bytesOf(run))).toBe(true);
    }
  });

  it('that were handed out stay what they are when others are asked for', () => {
    const runs = [shared(3), shared(4), shared(3)];
    const handedOut = runs.map((run) => buffersOf(run));
    runs.forEach((run, index) => expect(Buffer.concat(handedOut[index] ?? []).equals(bytesOf(run))).toBe(true));
  });

  it('of replies and shared frames mixed are one piece, in order', () => {
    const [first, second] = shared(2) as [SharedFrame, SharedFrame];
    const run = ['reply 1', first, 'reply 2 €', second];
    expect(buffersOf(run).map((buffer) => buffer.toString('hex'))).toEqual([bytesOf(run).toString('hex')]);
  });

  it('are not copied into one piece when they are large: each shared frame is its own buffer', () => {
    const run = shared(3, 40_000);
    const [one, two] = [buffersOf([...run]), buffersOf([...run])];
    expect([one.length, two.length]).toEqual([3, 3]);
    one.forEach((buffer, index) => expect(buffer).toBe(two[index]));
    expect(Buffer.concat(one).equals(bytesOf(run))).toBe(true);
  });

  it('keep the order where small and large frames meet', () => {
    const sizes = [125, 126, 65_535, 65_536, 1, 70_000];
    const run = sizes.map((size, index) => (index % 2 === 0 ? 'x'.repeat(size) : new SharedFrame('y'.repeat(size))));
    expect(Buffer.concat(buffersOf(run)).equals(bytesOf(run))).toBe(true);
  });

  it('are forgotten after the tick, so that nothing stays in memory', async () => {
    const run = shared(5);
    const [before] = buffersOf([...run]);
    await tickDone();
    const [after] = buffersOf([...run]);
    expect(after).not.toBe(before);
    expect(after?.equals(before ?? Buffer.alloc(0))).toBe(true);
  });
});
