import { PassThrough } from 'node:stream';
import { eventually } from '../../../../test/support/eventually.js';
import { refuseUnclaimed } from './foreign-upgrade.js';

/** A connection, and what became of it. */
function left(): { readonly socket: PassThrough; refused: () => boolean } {
  const socket = new PassThrough();
  let isRefused = false;
  refuseUnclaimed(socket, () => (isRefused = true), 5);
  return { socket, refused: () => isRefused };
}

describe('an upgrade that is left to somebody else', () => {
  it('is refused after a time if nobody reads from it', async () => {
    const { refused } = left();
    await eventually(() => expect(refused()).toBe(true));
  });

  it.each<[string, (socket: PassThrough) => void]>([
    ['listens to it', (socket) => void socket.on('data', () => undefined)],
    ['pipes it', (socket) => void socket.pipe(new PassThrough())],
    ['reads it by hand', (socket) => void socket.on('readable', () => undefined)],
    ['only writes to it', (socket) => void Object.assign(socket, { bytesWritten: 1 })],
    ['has ended it', (socket) => void socket.destroy()],
  ])('is left alone if somebody %s', async (_what, take) => {
    const taken = left();
    take(taken.socket);
    const other = left();
    await eventually(() => expect(other.refused()).toBe(true));
    expect([taken.refused(), taken.socket.listenerCount('close')]).toEqual([false, other.socket.listenerCount('close')]);
  });

  it('does not end the process with a fault of its connection', async () => {
    const { socket } = left();
    socket.destroy(new Error('reset by peer'));
    await eventually(() => expect(socket.closed).toBe(true));
  });
});
