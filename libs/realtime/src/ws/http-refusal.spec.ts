import { once } from 'node:events';
import { Duplex } from 'node:stream';
import type { Refusal } from '../admission/refusal.js';
import { Refusals } from '../admission/refusal.js';
import { refuse } from './http-refusal.js';

/** The server's end of a connection. */
class FakeSocket extends Duplex {
  written = '';

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.written += chunk.toString('utf8');
    done();
  }
}

const refusals: [string, Refusal, string][] = [
  ['400', Refusals.badRequest('ümläut "and" quotes'), 'HTTP/1.1 400 Bad Request'],
  ['404', Refusals.notFound, 'HTTP/1.1 404 Not Found'],
  ['426', Refusals.upgradeRequired, 'HTTP/1.1 426 Upgrade Required'],
  ['503', Refusals.draining, 'HTTP/1.1 503 Service Unavailable'],
];

describe('refuse', () => {
  it.each(refusals)('writes a whole %s response and ends the connection', async (_status, refusal, statusLine) => {
    const socket = new FakeSocket();
    refuse(socket, refusal);
    await once(socket, 'close');
    const [head = '', body = ''] = socket.written.split('\r\n\r\n');
    const lines = head.split('\r\n');
    expect(lines[0]).toBe(statusLine);
    expect(lines).toContain(refusal === Refusals.upgradeRequired ? 'Connection: close, Upgrade' : 'Connection: close');
    expect(lines).toContain(`Content-Length: ${Buffer.byteLength(body)}`);
    expect(JSON.parse(body)).toEqual({ status: refusal.status, reason: refusal.reason, message: refusal.message });
    expect(body).not.toContain('\n');
    expect(socket.destroyed).toBe(true);
  });

  it('says what the peer can do instead', () => {
    expect(Refusals.upgradeRequired.headers).toMatchObject({ 'Sec-WebSocket-Version': '13', Upgrade: 'websocket' });
    expect(Number(Refusals.draining.headers['Retry-After'])).toBeGreaterThan(0);
  });

  it('does nothing but clear up when the peer is gone already', async () => {
    const socket = new FakeSocket();
    socket.end();
    await once(socket, 'finish');
    refuse(socket, Refusals.notFound);
    expect(socket.written).toBe('');
    expect(socket.destroyed).toBe(true);
  });

  it('survives a peer that breaks off', async () => {
    const socket = new FakeSocket();
    refuse(socket, Refusals.notFound);
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.destroy(new Error('ECONNRESET'));
    await closed;
    expect(socket.destroyed).toBe(true);
  });
});
