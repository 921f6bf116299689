import type { IncomingMessage } from 'node:http';
import { takeToken } from './handshake-token.js';
import type { TakenToken, TokenPlaces } from './handshake-token.js';

function take(headers: Record<string, string>, search = '', places: TokenPlaces = { cookie: 'sid', queryToken: 'token' }): TakenToken {
  // A request of Node has far more than is looked at here.
  const rawHeaders = Object.entries(headers).flat();
  const headersDistinct = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  const request = { headers, rawHeaders, headersDistinct, url: search === '' ? '/ws' : `/ws?${search}` } as object as IncomingMessage;
  return takeToken({ request, headers, address: '', endpoint: '/ws', path: '/ws', search, params: {} }, places);
}

describe('the token of an opening request', () => {
  it.each<[string, Record<string, string>, string, { token: string; source: string } | undefined]>([
    ['a header', { authorization: 'Bearer a.b-c' }, '', { token: 'a.b-c', source: 'authorization' }],
    ['a header in other letters', { authorization: 'BEARER   x ' }, '', { token: 'x', source: 'authorization' }],
    ['a header without a token', { authorization: 'Bearer' }, '', { token: '', source: 'authorization' }],
    ['another scheme', { authorization: 'Bearerx y' }, '', undefined],
    ['a subprotocol', { 'sec-websocket-protocol': 'jsonrpc,bearer.x.y' }, '', { token: 'x.y', source: 'subprotocol' }],
    ['a subprotocol that only sounds like one', { 'sec-websocket-protocol': 'bearer, x.bearer.y' }, '', undefined],
    ['a cookie', { cookie: 'a=1; sid=x=y; b' }, '', { token: 'x=y', source: 'cookie' }],
    ['a cookie whose name ends alike', { cookie: 'xsid=x; sid2=y' }, '', undefined],
    ['the query', {}, 'a=1&token=x%2By', { token: 'x+y', source: 'query' }],
    ['the first in the query', {}, 'token=x&token=y', { token: 'x', source: 'query' }],
    ['a header before all others', { authorization: 'Bearer h', cookie: 'sid=c' }, 'token=q', { token: 'h', source: 'authorization' }],
    ['nothing', {}, '', undefined],
  ])('in %s', (_where, headers, search, found) => {
    expect(take(headers, search).found).toEqual(found);
  });

  it.each([
    ['token=x', '', '/ws'],
    ['a=1&token=x', 'a=1', '/ws?a=1'],
    ['tok%65n=x&b=%2F+&token', 'b=%2F+', '/ws?b=%2F+'],
    ['mytoken=x&Token=y', 'mytoken=x&Token=y', '/ws?mytoken=x&Token=y'],
  ])('leaves the query %s as %s', (search, left, url) => {
    const { opening } = take({ authorization: 'Bearer h' }, search);
    expect([opening.search, opening.request.url]).toEqual([left, url]);
  });

  it('leaves the query alone if it is not looked at', () => {
    expect(take({}, 'token=x', { queryToken: false })).toMatchObject({ found: undefined, opening: { search: 'token=x' } });
  });

  it.each([
    ['jsonrpc, bearer.x', 'jsonrpc'],
    ['bearer.x', undefined],
    ['bearer.x,jsonrpc.batch,bearer.y,jsonrpc', 'jsonrpc.batch, jsonrpc'],
    ['jsonrpc', 'jsonrpc'],
  ])('leaves the subprotocols %s as %s', (offered, left) => {
    expect(take({ 'sec-websocket-protocol': offered }).opening.headers['sec-websocket-protocol']).toBe(left);
  });
});
