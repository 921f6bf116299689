import type { IncomingMessage } from 'node:http';
import { TrustedProxies, proxyFault } from './client-address.js';

function request(remoteAddress: string | undefined, headers: Record<string, string> = {}, encrypted = false): IncomingMessage {
  // A request of Node has far more than is looked at here.
  return { socket: { remoteAddress, encrypted }, headers } as object as IncomingMessage;
}

const from = (forwarded: string): Record<string, string> => ({ 'x-forwarded-for': forwarded });

describe('the address of a client', () => {
  const proxies = new TrustedProxies(['10.0.0.0/8', '192.168.1.7', '::1', 'fd00::/8']);

  it.each<[string, string, string | undefined, string]>([
    ['without a header', '10.0.0.1', undefined, '10.0.0.1'],
    ['from a stranger', '8.8.8.8', '6.6.6.6', '8.8.8.8'],
    ['from a neighbour of a trusted address', '192.168.1.8', '6.6.6.6', '192.168.1.8'],
    ['from a trusted address', '192.168.1.7', '6.6.6.6', '6.6.6.6'],
    ['from a trusted address that IPv6 writes', '::ffff:10.2.3.4', '6.6.6.6', '6.6.6.6'],
    ['in IPv4 that IPv6 writes', '10.0.0.1', '::ffff:6.6.6.6', '6.6.6.6'],
    ['with a port', '10.0.0.1', '6.6.6.6:1234', '6.6.6.6'],
    ['in IPv6', '::1', '2001:db8::1', '2001:db8::1'],
    ['in IPv6 with brackets and port', '::1', '[2001:DB8::1]:443', '2001:db8::1'],
    ['behind hops that are trusted', '10.0.0.1', '1.1.1.1,6.6.6.6 , fd00::2,10.0.0.9', '6.6.6.6'],
    ['when everybody is trusted', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['with an empty header', '10.0.0.1', '', '10.0.0.1'],
    ['with an empty entry', '10.0.0.1', '6.6.6.6,', '10.0.0.1'],
    ['with words', '10.0.0.1', '6.6.6.6, for=evil', '10.0.0.1'],
    ['with leading zeros', '10.0.0.1', '010.0.0.1', '10.0.0.1'],
    ['with too many numbers', '10.0.0.1', '1.2.3.4.5', '10.0.0.1'],
  ])('%s', (_what, peer, forwarded, address) => {
    expect(proxies.addressOf(request(peer, forwarded === undefined ? {} : from(forwarded)))).toBe(address);
  });

  it('is empty for a peer without one', () => {
    expect(proxies.addressOf(request(undefined, from('6.6.6.6')))).toBe('');
  });

  it('is what a proxy at a Unix socket says, if whoever connects there is trusted', () => {
    const atSocket = new TrustedProxies(['unix', '10.0.0.0/8']);
    expect(atSocket.addressOf(request(undefined, from('6.6.6.6, 10.0.0.1')))).toBe('6.6.6.6');
    expect(atSocket.addressOf(request(undefined))).toBe('');
    expect(atSocket.addressOf(request('8.8.8.8', from('6.6.6.6')))).toBe('8.8.8.8');
    const headers = { host: 'localhost', 'x-forwarded-host': 'a.example', 'x-forwarded-proto': 'https' };
    expect(atSocket.ownOrigin(request(undefined, headers))).toBe('https://a.example');
  });

  it('is found quickly in a chain as long as headers can be', () => {
    const chain = Array.from({ length: 2000 }, () => '10.0.0.1').join(',');
    const startedAtMs = performance.now();
    expect(proxies.addressOf(request('10.0.0.1', from(chain)))).toBe('10.0.0.1');
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  });
});

describe('our own origin', () => {
  const trusting = new TrustedProxies(['10.0.0.1']);

  it.each<[string, IncomingMessage, string | undefined]>([
    ['by the Host header', request('8.8.8.8', { host: 'A.example:3000' }), 'http://a.example:3000'],
    ['over TLS', request('8.8.8.8', { host: 'a.example:443' }, true), 'https://a.example'],
    ['not by what strangers say', request('8.8.8.8', { host: 'a.example', 'x-forwarded-host': 'b.example' }), 'http://a.example'],
    [
      'by what a trusted proxy was asked for',
      request('10.0.0.1', { host: 'in:80', 'x-forwarded-host': 'B.example', 'x-forwarded-proto': 'https' }),
      'https://b.example',
    ],
    [
      'by what the proxy wrote behind what a client invented',
      request('10.0.0.1', { host: 'in:80', 'x-forwarded-host': 'evil.example, b.example', 'x-forwarded-proto': 'http, https' }),
      'https://b.example',
    ],
    [
      'by the nearest of several proxies that all write',
      request('10.0.0.1', {
        host: 'in:80',
        'x-forwarded-host': 'evil.example,b.example,inner:8080',
        'x-forwarded-proto': 'https,https,http',
      }),
      'http://inner:8080',
    ],
    [
      'by the Host header and the socket where the last value is empty',
      request('10.0.0.1', { host: 'in:80', 'x-forwarded-host': 'evil.example,', 'x-forwarded-proto': 'https, ' }),
      'http://in',
    ],
    ['not without a host', request('8.8.8.8'), undefined],
    ['not by an invented scheme', request('10.0.0.1', { host: 'a.example', 'x-forwarded-proto': 'javascript' }), undefined],
  ])('%s', (_what, asked, origin) => {
    expect(trusting.ownOrigin(asked)).toBe(origin);
  });
});

describe('entries of trustedProxies', () => {
  it.each(['unix', '127.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '::1', 'fd00::/8'])('may be %s', (entry) => {
    expect(proxyFault(entry)).toBeUndefined();
  });

  it.each(['', 'UNIX', 'localhost', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0/8', '::1/129', 'fe80::1%eth0', '*', 7, null])(
    'may not be %p',
    (entry) => {
      expect(proxyFault(entry)).toMatch(/must be/);
    },
  );
});
