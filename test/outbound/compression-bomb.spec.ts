import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import { RawPeer } from '../delivery/raw-peer.js';
import { ServerProcess } from '../delivery/server-process.js';
import { eventually } from '../support/eventually.js';

const MB = 1024 * 1024;
const OFFER = 'Sec-WebSocket-Extensions: permessage-deflate';
const [FIN, RSV1, CONTINUATION, TEXT] = [0x80, 0x40, 0, 1];

/** 200 MB of zeros, compressed: about 200 kB. */
function bomb(): Buffer {
  return zlib.deflateRawSync(Buffer.alloc(200 * MB), { level: 9, finishFlush: zlib.constants.Z_SYNC_FLUSH }).subarray(0, -4);
}

/** A masked frame of any size; the mask is zero. */
function frameOf(firstByte: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(14);
  header[0] = firstByte;
  header[1] = 0x80 | 127;
  header.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([header, payload]);
}

describe('200 MB of zeros that a peer compressed', () => {
  it.each([
    ['in one frame', (payload: Buffer) => [frameOf(FIN | RSV1 | TEXT, payload)]],
    ['of which only as much is sent as may come in', (payload: Buffer) => [frameOf(FIN | RSV1 | TEXT, payload.subarray(0, 65_000))]],
    [
      'in pieces',
      (payload: Buffer) => [
        frameOf(RSV1 | TEXT, payload.subarray(0, 30_000)),
        frameOf(CONTINUATION, payload.subarray(30_000, 60_000)),
        frameOf(FIN | CONTINUATION, payload.subarray(60_000)),
      ],
    ],
  ])(
    'cost their session 1009 and the process less than 10 MB: %s',
    async (_case, framesOf) => {
      await using server = await ServerProcess.start(fileURLToPath(new URL('./policy-server.ts', import.meta.url)));
      await using witness = await RawPeer.connect(server.port);
      const rss = async (): Promise<number> => ((await witness.request('state'))['result'] as { rss: number }).rss;
      const attack = async (payload: Buffer): Promise<void> => {
        await using attacker = await RawPeer.connect(server.port, '/ws', [], [OFFER]);
        attacker.socket.write(Buffer.concat(framesOf(payload)));
        await eventually(() => expect(attacker.closeCode).toBe(1009));
      };
      // Whatever compression needs anyway is there after a harmless message that is too long.
      await attack(zlib.deflateRawSync(Buffer.alloc(70_000), { finishFlush: zlib.constants.Z_SYNC_FLUSH }).subarray(0, -4));
      const before = await rss();
      let peak = 0;
      const payload = bomb();
      for (let n = 0; n < 5; n++) {
        await attack(payload);
        peak = Math.max(peak, await rss());
      }
      expect((peak - before) / MB).toBeLessThan(10);
    },
    60_000,
  );
});
