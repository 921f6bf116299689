import type { Duplex } from 'node:stream';
import { writeMarkOf } from './write-mark.js';

/** Only what is read of a socket. */
function markOf(socket: Record<string, unknown>): number | undefined {
  // All that is read of it is there.
  return writeMarkOf(socket as unknown as Duplex);
}

describe('the mark of what the kernel has taken', () => {
  it('is missing while nothing waits', () => {
    expect(markOf({ writableLength: 0, bytesWritten: 100, _handle: { writeQueueSize: 0 } })).toBeUndefined();
  });

  it.each([
    ['the kernel takes a part of one write', { _handle: { writeQueueSize: 400 } }, { _handle: { writeQueueSize: 300 } }],
    [
      'it takes a part of what TLS has encrypted at once',
      { _handle: { writeQueueSize: 999, _parent: { writeQueueSize: 400 } } },
      { _handle: { writeQueueSize: 999, _parent: { writeQueueSize: 300 } } },
    ],
    ['a write is done and the next one waits', { bytesWritten: 500 }, { bytesWritten: 1000 }],
  ])('changes when %s', (_case, before, after) => {
    const socket = { writableLength: 500, bytesWritten: 500 };
    expect(markOf({ ...socket, ...after })).toBe((markOf({ ...socket, ...before }) ?? NaN) + ('bytesWritten' in after ? 500 : 100));
  });

  it('does not change when more is written that has to wait behind', () => {
    const before = { writableLength: 500, bytesWritten: 500, _handle: { writeQueueSize: 400 } };
    expect(markOf({ ...before, writableLength: 700, bytesWritten: 700 })).toBe(markOf(before));
  });

  it('is there also for streams that know nothing of it', () => {
    expect([markOf({ writableLength: 5 }), markOf({ writableLength: 5, _handle: null })]).toEqual([-5, -5]);
  });
});
