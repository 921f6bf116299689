/** The opening handshake from the client's side. @see RFC 6455 §4.1 */
import { createHash } from 'node:crypto';

/** The same for all connections: the answer can be worked out once. */
const KEY = Buffer.from('a load generator').toString('base64');
const ACCEPT = createHash('sha1').update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

const END_OF_HEAD = '\r\n\r\n';

export function upgradeRequest(port: number, path: string): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${KEY}`,
  ];
  return `${lines.join('\r\n')}${END_OF_HEAD}`;
}

/**
 * Length of the response's head; undefined if it is not complete.
 * @throws {Error} if the server does not take the upgrade
 */
export function readUpgradeResponse(bytes: Buffer): number | undefined {
  const end = bytes.indexOf(END_OF_HEAD);
  if (end === -1) return undefined;
  const [status, ...headers] = bytes.toString('latin1', 0, end).split('\r\n');
  if (!status?.startsWith('HTTP/1.1 101 ')) throw new Error(`The server refused the upgrade: ${status}`);
  const accept = headers.find((line) => /^sec-websocket-accept:/i.test(line));
  if (accept?.split(':')[1]?.trim() !== ACCEPT) throw new Error('The server answered another Sec-WebSocket-Key');
  return end + END_OF_HEAD.length;
}
