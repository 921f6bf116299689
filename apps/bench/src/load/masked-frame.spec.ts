import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { LoadSocket } from './load-socket.js';
import { closeFrame, maskedFrame, OPCODE, textFrames } from './masked-frame.js';

describe('maskedFrame', () => {
  it.each([
    [125, 2 + 4],
    [126, 4 + 4],
    [65_535, 4 + 4],
    [65_536, 10 + 4],
  ])('puts %i bytes behind the shortest header there is', (length, header) => {
    expect(maskedFrame(OPCODE.text, Buffer.alloc(length))).toHaveLength(header + length);
  });

  it('sets the mask bit and hides the payload', () => {
    const frame = maskedFrame(OPCODE.text, Buffer.from('plain'));
    expect((frame[1] as number) & 0x80).toBe(0x80);
    expect(frame.includes('plain')).toBe(false);
  });

  it('is read by ws as it was meant', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const received: string[] = [];
    const closed = new Promise<number>((resolve) => {
      server.on('connection', (peer) => {
        peer.on('message', (data: Buffer) => received.push(data.toString()));
        peer.on('close', resolve);
      });
    });
    const texts = ['', 'ß', 'x'.repeat(126), 'y'.repeat(65_536)];
    const faults: Error[] = [];
    const socket = await LoadSocket.open((server.address() as AddressInfo).port, '/', (error) => faults.push(error));
    socket.write(textFrames(texts));
    await socket.close();
    expect(await closed).toBe(1000);
    expect(received).toEqual(texts);
    expect(faults).toEqual([]);
    server.close();
    await once(server, 'close');
  });
});

it('closeFrame carries its code', () => {
  const frame = closeFrame(1000);
  const code = [0, 1].map((index) => (frame[6 + index] as number) ^ (frame[2 + index] as number));
  expect(code).toEqual([0x03, 0xe8]);
});
