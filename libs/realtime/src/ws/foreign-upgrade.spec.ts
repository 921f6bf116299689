import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
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
    ['has ended it', (socket) => void socket.destroy()],
  ])('is left alone if somebody %s', async (_what, take) => {
    const taken = left();
    take(taken.socket);
    const other = left();
    await eventually(() => expect(other.refused()).toBe(true));
    expect([taken.refused(), taken.socket.listenerCount('close')]).toEqual([false, other.socket.listenerCount('close')]);
  });

  it('is left alone if somebody only writes to it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const peer = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [socket] = (await once(server, 'connection')) as [Socket];
    let isRefused = false;
    refuseUnclaimed(socket, () => (isRefused = true), 5);
    socket.write('event');
    const other = left();
    await eventually(() => expect(other.refused()).toBe(true));
    expect(isRefused).toBe(false);
    socket.destroy();
    peer.destroy();
    server.close();
  });

  it('does not end the process with a fault of its connection', async () => {
    const { socket } = left();
    socket.destroy(new Error('reset by peer'));
    await eventually(() => expect(socket.closed).toBe(true));
  });
});
