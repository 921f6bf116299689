import { FrameScanner } from './frame-scanner.js';

/** A frame as a server sends it: unmasked. */
function frame(head: number, payload: string | Buffer): Buffer {
  const bytes = Buffer.from(payload);
  const extended = bytes.length < 126 ? 0 : bytes.length < 65_536 ? 2 : 8;
  const header = Buffer.alloc(2 + extended);
  header[0] = head;
  header[1] = extended === 0 ? bytes.length : extended === 2 ? 126 : 127;
  if (extended === 2) header.writeUInt16BE(bytes.length, 2);
  if (extended === 8) header.writeBigUInt64BE(BigInt(bytes.length), 2);
  return Buffer.concat([header, bytes]);
}

const text = (payload: string): Buffer => frame(0x81, payload);

function scan(chunks: readonly Buffer[]): { readonly seen: string[]; readonly count: number } {
  const seen: string[] = [];
  const scanner = new FrameScanner({
    text: (bytes, start, end) => seen.push(bytes.toString('utf8', start, end)),
    ping: (payload) => seen.push(`ping ${payload.toString()}`),
    closed: (code) => seen.push(`close ${code}`),
  });
  for (const chunk of chunks) scanner.feed(chunk);
  return { seen, count: scanner.textFrames };
}

describe('FrameScanner', () => {
  it('finds every frame of a chunk, in order, and counts them', () => {
    expect(scan([Buffer.concat([text('a'), text(''), text('große Wörter')])])).toEqual({ seen: ['a', '', 'große Wörter'], count: 3 });
  });

  it.each([0, 125, 126, 65_535, 65_536])('reads a frame of %i bytes', (length) => {
    const payload = 'x'.repeat(length);
    expect(scan([Buffer.concat([text(payload), text('next')])]).seen).toEqual([payload, 'next']);
  });

  it('puts frames together however the network cuts them', () => {
    const payloads = ['one', 'y'.repeat(300), 'three'];
    const bytes = Buffer.concat(payloads.map(text));
    for (let cut = 1; cut < bytes.length; cut++) expect(scan([bytes.subarray(0, cut), bytes.subarray(cut)]).seen).toEqual(payloads);
    const single = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
    expect(scan(single).seen).toEqual(payloads);
  });

  it('keeps what it has of a frame when the memory of the chunk is used again', () => {
    const memory = Buffer.from(text('kept'));
    const seen: string[] = [];
    const scanner = new FrameScanner({
      text: (bytes, start, end) => seen.push(bytes.toString('utf8', start, end)),
      ping: () => undefined,
      closed: () => undefined,
    });
    scanner.feed(memory.subarray(0, 4));
    const rest = Buffer.from(memory.subarray(4));
    memory.fill(0);
    scanner.feed(rest);
    expect(seen).toEqual(['kept']);
  });

  it('hands over pings and the close code, and does not count them', () => {
    const close = Buffer.from([0x03, 0xe8]);
    const { seen, count } = scan([Buffer.concat([frame(0x89, 'are you there'), frame(0x88, close), frame(0x88, '')])]);
    expect(seen).toEqual(['ping are you there', 'close 1000', 'close 1005']);
    expect(count).toBe(0);
  });

  it.each([
    ['a binary frame', frame(0x82, 'x')],
    ['a fragment', frame(0x01, 'x')],
    ['a compressed frame', frame(0xc1, 'x')],
    ['a masked frame', Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x78])],
  ])('refuses %s', (_name, bytes) => {
    expect(() => scan([bytes])).toThrow(/frame/);
  });
});
