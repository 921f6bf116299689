/** Answers an upgrade that is refused, as a whole HTTP response. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Why there is no session; the body says it in one line of JSON. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const Refusals = Object.freeze({
  badRequest: (message: string): Refusal => ({ status: 400, reason: 'BadRequest', message }),
  notFound: { status: 404, reason: 'NotFound', message: 'There is no endpoint at this path' },
  upgradeRequired: {
    status: 426,
    reason: 'UpgradeRequired',
    message: 'This endpoint speaks WebSocket version 13',
    // @see RFC 6455 §4.4, RFC 9110 §15.5.22
    headers: { Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' },
  },
  draining: {
    status: 503,
    reason: 'ServiceUnavailable',
    message: 'This node is shutting down',
    headers: { 'Retry-After': '1' },
  },
} satisfies Record<string, Refusal | ((message: string) => Refusal)>);

export function refusalBody({ status, reason, message }: Refusal): string {
  return JSON.stringify({ status, reason, message });
}

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
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.once('finish', () => socket.destroy());
  // A peer that is gone already needs no answer.
  socket.on('error', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
