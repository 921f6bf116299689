/** Answers an upgrade that is refused, as a whole HTTP response. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Refusal } from '../admission/refusal.js';
import { refusalBody } from '../admission/refusal.js';

/** Writes the response and ends the connection. */
export function refuse(socket: Duplex, refusal: Refusal): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = refusalBody(refusal);
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? 'Refused'}`,
    ...Object.entries(refusal.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    `Connection: ${connectionOptions(refusal, true)}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.once('finish', () => socket.destroy());
  // A peer that is gone already needs no answer.
  socket.on('error', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Whoever names a protocol in `Upgrade` names that header here. @see RFC 9110 §7.8 */
export function connectionOptions({ headers }: Refusal, closes: boolean): string {
  const upgrade = headers && 'Upgrade' in headers ? ['Upgrade'] : [];
  return [...(closes ? ['close'] : []), ...upgrade].join(', ');
}
