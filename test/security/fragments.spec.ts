/** Messages in as many pieces as a peer can think of: each costs the server more than it costs the peer. */
import { RawPeer } from '../delivery/raw-peer.js';
import { eventually } from '../support/eventually.js';
import { startNode } from '../support/start-node.js';

/** One frame of one masked byte; the mask is zero. */
function piece(opcode: number, isLast: boolean, text = 'x'): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([(isLast ? 0x80 : 0) | opcode, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

const BEGIN = piece(1, false);
const GO_ON = piece(0, false);

describe('a frame', () => {
  /** The first bytes of a text frame of so many bytes, with its mask and nothing of its payload. */
  const announcing = (bytes: number): Buffer => {
    const header = Buffer.alloc(14);
    header.set([0x81, 0x80 | 127]);
    header.writeBigUInt64BE(BigInt(bytes), 2);
    return header;
  };

  it('that announces a byte too many is closed with 1009 before any of it has come', async () => {
    await using node = await startNode();
    await using peer = await RawPeer.connect(node.port);
    peer.socket.write(announcing(65_537));
    await eventually(() => expect(peer.closeCode).toBe(1009));
  });

  it('that comes a byte at a time is closed with 1008 when it has taken 1,024 reads, long before all of it is there', async () => {
    await using node = await startNode();
    await using peer = await RawPeer.connect(node.port);
    peer.socket.setNoDelay(true);
    peer.socket.write(announcing(60_000));
    const isSent = (bytes: Buffer): Promise<void> => new Promise((resolve) => peer.socket.write(bytes, () => resolve()));
    let sent = 0;
    for (; sent < 30_000 && peer.closeCode === undefined; sent++) {
      await isSent(Buffer.from('x'));
      // The server is in this process: it reads what was sent before more is.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([peer.closeCode, sent >= 1_000]).toEqual([1008, true]);
  });

  it('that announces as much as it may have is waited for', async () => {
    await using node = await startNode();
    await using peer = await RawPeer.connect(node.port);
    peer.socket.write(announcing(65_536));
    await using other = await node.connect();
    await other.settled();
    expect([peer.closeCode, node.hub.stats().sessions.open]).toEqual([undefined, 2]);
  });
});

describe('a message in fragments', () => {
  it('of one byte each is closed with 1008 at the 257th, whole or not', async () => {
    await using node = await startNode();
    await using bystander = await node.connect();
    await using peer = await RawPeer.connect(node.port);
    peer.socket.write(Buffer.concat([BEGIN, ...Array.from({ length: 255 }, () => GO_ON)]));
    await bystander.settled();
    expect(peer.closeCode).toBeUndefined();
    peer.socket.write(GO_ON);
    await eventually(() => expect(peer.closeCode).toBe(1008));
    expect(await bystander.request('heartbeat')).toMatchObject({ result: { status: 'ok' } });
  });

  it('may be in more of them where messages may be larger', async () => {
    await using node = await startNode({ options: { limits: { frameBytes: 256 * 300 } } });
    await using peer = await RawPeer.connect(node.port);
    peer.socket.write(
      Buffer.concat([piece(1, false, '  '), ...Array.from({ length: 298 }, () => piece(0, false, '  ')), piece(0, true, '[]')]),
    );
    await eventually(() => expect(peer.messages).toMatchObject([{ error: { code: -32600 } }]));
    peer.socket.write(Buffer.concat([BEGIN, ...Array.from({ length: 300 }, () => GO_ON)]));
    await eventually(() => expect(peer.closeCode).toBe(1008));
  });

  it('that hold nothing is closed as well: emptiness is not free', async () => {
    await using node = await startNode();
    await using peer = await RawPeer.connect(node.port);
    peer.socket.write(Buffer.concat([piece(1, false, ''), ...Array.from({ length: 256 }, () => piece(0, false, ''))]));
    await eventually(() => expect(peer.closeCode).toBe(1008));
  });

  it('together larger than limits.frameBytes is closed with 1009 at the first byte beyond it', async () => {
    await using node = await startNode({ options: { limits: { frameBytes: 1_000 } } });
    await using peer = await RawPeer.connect(node.port);
    const ten = 'x'.repeat(10);
    peer.socket.write(Buffer.concat([piece(1, false, ten), ...Array.from({ length: 99 }, () => piece(0, false, ten))]));
    await using other = await node.connect();
    await other.settled();
    expect(peer.closeCode).toBeUndefined();
    peer.socket.write(GO_ON);
    await eventually(() => expect(peer.closeCode).toBe(1009));
  });

  it('that stalls half-way is closed by the heartbeat, though its socket is open', async () => {
    await using node = await startNode({ options: { heartbeat: { pingIntervalMs: 100, pongTimeoutMs: 100 }, writeTimeoutMs: 200 } });
    await using peer = await RawPeer.connect(node.port);
    peer.socket.write(BEGIN.subarray(0, 2));
    await eventually(() => expect(peer.closeCode).toBe(4001));
  });
});
