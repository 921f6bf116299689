import { socketUrl } from './page-settings.js';

describe('the address of the socket', () => {
  const page = { protocol: 'http:', host: 'chat.example:3000', hostname: 'chat.example' };

  it('is at the host and port of the page', () => {
    expect(socketUrl({ path: '/socket' }, page)).toBe('ws://chat.example:3000/socket');
  });

  it('is encrypted if the page is', () => {
    expect(socketUrl({ path: '/ws' }, { protocol: 'https:', host: 'chat.example', hostname: 'chat.example' })).toBe(
      'wss://chat.example/ws',
    );
  });

  it('has the port that the server names, also at an IPv6 address', () => {
    expect(socketUrl({ path: '/ws', port: 4000 }, page)).toBe('ws://chat.example:4000/ws');
    expect(socketUrl({ path: '/ws', port: 4000 }, { protocol: 'http:', host: '[::1]:3000', hostname: '[::1]' })).toBe('ws://[::1]:4000/ws');
  });
});
