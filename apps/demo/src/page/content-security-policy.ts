/** What the page may load and connect to: nothing from elsewhere, nothing inline, no frames. */

/**
 * `connect-src 'self'` covers the WebSocket of the same host and port.
 * @param socketPort a port of its own for the socket; 0 for none
 * @param host the request's Host header
 */
export function contentSecurityPolicy(socketPort: number, host: string | undefined): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    ["connect-src 'self'", ...socketSources(socketPort, host)].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function socketSources(port: number, host = ''): string[] {
  if (port === 0) return [];
  // What is no plain name is not repeated; a policy cannot name an IPv6 address at all.
  const name = /^([a-z0-9.-]+)(?::\d+)?$/i.exec(host)?.[1] ?? '*';
  return [`ws://${name}:${port}`, `wss://${name}:${port}`];
}
