import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { askForDrain } from './drain-request.js';

/** A wire that takes what is written when it is told to. */
function slowWire() {
  const taken: (() => void)[] = [];
  const wire = new Duplex({
    highWaterMark: 64 * 1024,
    write(_chunk, _encoding, done) {
      taken.push(done);
    },
    read() {},
  });
  return { wire, take: () => taken.shift()?.() };
}

describe('a socket that was asked for a drain', () => {
  it('says so when its only byte has left, which is far below its high-water mark', async () => {
    const { wire, take } = slowWire();
    wire.write('x');
    expect(wire.writableNeedDrain).toBe(false);
    askForDrain(wire);
    expect([wire.writableNeedDrain, wire.writableLength]).toEqual([true, 1]);
    const drained = once(wire, 'drain');
    take();
    await drained;
    expect([wire.writableNeedDrain, wire.writableLength]).toEqual([false, 0]);
  });

  it('says so once for all that waited', async () => {
    const { wire, take } = slowWire();
    let drains = 0;
    wire.on('drain', () => drains++);
    for (const text of ['a', 'b', 'c']) {
      wire.write(text);
      askForDrain(wire);
    }
    for (const left of [2, 1]) {
      take();
      expect([wire.writableLength, drains]).toEqual([left, 0]);
    }
    const drained = once(wire, 'drain');
    take();
    await drained;
    expect(drains).toBe(1);
  });
});
