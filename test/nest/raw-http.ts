/** Speaks HTTP/1.1 by hand, for answers that a WebSocket client would not show. */
import { once } from 'node:events';
import { connect } from 'node:net';

export interface RawResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A header that is undefined is left out of the request. */
export type RawHeaders = Readonly<Record<string, string | undefined>>;

/** The headers of a proper opening request. */
export const UPGRADE_HEADERS = Object.freeze({
  Host: '127.0.0.1',
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
}) satisfies RawHeaders;

/** The text of a request without a body. */
export function requestText(target: string, headers: RawHeaders, method = 'GET', version = '1.1'): string {
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return `${method} ${target} HTTP/${version}\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** Sends one request on a connection of its own and reads until the server ends it. */
export async function rawRequest(port: number, target: string, headers: RawHeaders, method = 'GET', version = '1.1'): Promise<RawResponse> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(requestText(target, headers, method, version));
  await once(socket, 'close');
  return parseResponse(Buffer.concat(chunks).toString('latin1'));
}

/** An opening request that is not accepted; headers given here replace or (undefined) remove the proper ones. */
export function rawUpgrade(port: number, target = '/ws', headers: RawHeaders = {}, method = 'GET', version = '1.1'): Promise<RawResponse> {
  return rawRequest(port, target, { ...UPGRADE_HEADERS, ...headers }, method, version);
}

function parseResponse(text: string): RawResponse {
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(statusLine.split(' ')[1]), headers: Object.fromEntries(headers), body: text.slice(end + 4) };
}
