import { contentSecurityPolicy } from './content-security-policy.js';

const connections = (port: number, host?: string): string | undefined =>
  contentSecurityPolicy(port, host)
    .split('; ')
    .find((part) => part.startsWith('connect-src'));

describe("the page's policy", () => {
  it('lets it connect to its own host and port only', () => {
    expect(connections(0, 'chat.example:3000')).toBe("connect-src 'self'");
  });

  it('adds the port of the socket at the host that was asked for', () => {
    expect(connections(4000, 'chat.example:3000')).toBe("connect-src 'self' ws://chat.example:4000 wss://chat.example:4000");
  });

  it.each(['[::1]:3000', "a; script-src 'unsafe-inline'", 'a b', undefined])('repeats nothing that is no plain name: %s', (host) => {
    expect(connections(4000, host)).toBe("connect-src 'self' ws://*:4000 wss://*:4000");
  });
});
