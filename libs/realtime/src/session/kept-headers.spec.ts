import { keptHeaders } from './kept-headers.js';

describe('the headers that a session keeps', () => {
  it('are those of the request, without the nonce of the handshake', () => {
    const sent = { host: 'a.example', cookie: 'id=1', 'x-own': 'ä', 'set-cookie': ['a', 'b'] };
    const headers = { ...sent, 'sec-websocket-key': 'bm9uY2U=' };
    expect(keptHeaders(headers)).toEqual(sent);
    expect(headers['sec-websocket-key']).toBe('bm9uY2U=');
  });

  it('are right also when very many different values have been seen, and long ones', () => {
    for (let i = 0; i < 5000; i++) expect(keptHeaders({ 'user-agent': `agent ${i}` })).toEqual({ 'user-agent': `agent ${i}` });
    const long = 'x'.repeat(1000);
    expect(keptHeaders({ 'user-agent': long, origin: 'http://a.example' })).toEqual({ 'user-agent': long, origin: 'http://a.example' });
  });
});
