/** The names that belong to the library. */

/** Methods that a peer may call; a server can rename them or switch them off. */
export const BUILTIN_METHODS = Object.freeze({
  heartbeat: 'heartbeat',
  subscribe: 'subscribe',
  unsubscribe: 'unsubscribe',
  presence: 'presence',
  login: 'login',
  refresh: 'refresh',
  logout: 'logout',
});

/** Which of the library's own methods. */
export type BuiltinMethod = keyof typeof BUILTIN_METHODS;

/** Notifications by which a peer takes a request back. @see LSP 3.17 `$/cancelRequest`, MCP `notifications/cancelled` */
export const CANCEL_METHODS = Object.freeze({ lsp: '$/cancelRequest', mcp: 'notifications/cancelled' });

/** The member of the params that names the request which is taken back; undefined for any other method. */
export function cancelledIdMember(method: string): 'id' | 'requestId' | undefined {
  if (method === CANCEL_METHODS.lsp) return 'id';
  return method === CANCEL_METHODS.mcp ? 'requestId' : undefined;
}

/** Pushes of the library's own. */
export const BUILTIN_PUSHES = Object.freeze({
  kicked: 'session.kicked',
  expired: 'session.expired',
  shutdown: 'session.shutdown',
  presenceJoined: 'presence.joined',
  presenceLeft: 'presence.left',
  presenceCount: 'presence.count',
});

/** True for names that applications cannot register. @see JSON-RPC 2.0 §4.1, LSP 3.17 "$ Notifications and Requests" */
export function isReservedMethod(name: string): boolean {
  return name.startsWith('rpc.') || name.startsWith('$/') || name === CANCEL_METHODS.mcp;
}
