/** Why an opening request is not taken: a whole HTTP response, whatever the transport. */

/** What a refusal is counted under; peers cannot invent values. */
export type RefusalLabel =
  | 'BadRequest'
  | 'NotFound'
  | 'UpgradeRequired'
  | 'Draining'
  | 'OriginRefused'
  | 'Unauthorized'
  | 'AdmissionRefused'
  | 'GuardRefused'
  | 'TotalLimit'
  | 'AnonymousLimit'
  | 'AddressLimit'
  | 'AddressRate'
  | 'UserLimit'
  | 'TimedOut'
  | 'PeerLeft'
  | 'Fault';

/** Why there is no session; the body says it in one line of JSON. */
export interface Refusal {
  readonly status: number;
  /** A stable word for programs. */
  readonly reason: string;
  readonly message: string;
  readonly label: RefusalLabel;
  readonly headers?: Readonly<Record<string, string>>;
}

/** When peers should try again that found no room, in ms. Nobody knows when a place becomes free. */
export const RETRY_AFTER_MS = 5_000;

const LATER = Object.freeze({ 'Retry-After': String(RETRY_AFTER_MS / 1000) });

const unavailable = (label: RefusalLabel, message: string): Refusal => ({
  status: 503,
  reason: 'ServiceUnavailable',
  message,
  label,
  headers: LATER,
});

const tooMany = (label: RefusalLabel, message: string): Refusal => ({
  status: 429,
  reason: 'TooManyRequests',
  message,
  label,
  headers: LATER,
});

export const Refusals = Object.freeze({
  badRequest: (message: string): Refusal => ({ status: 400, reason: 'BadRequest', message, label: 'BadRequest' }),
  unauthorized: (message: string, hadToken: boolean): Refusal => ({
    status: 401,
    reason: 'Unauthorized',
    message,
    label: 'Unauthorized',
    // @see RFC 6750 §3
    headers: { 'WWW-Authenticate': hadToken ? 'Bearer error="invalid_token"' : 'Bearer' },
  }),
  origin: { status: 403, reason: 'PermissionDenied', message: 'This origin may not connect', label: 'OriginRefused' },
  guard: { status: 403, reason: 'PermissionDenied', message: 'Permission denied', label: 'GuardRefused' },
  notFound: { status: 404, reason: 'NotFound', message: 'There is no endpoint at this path', label: 'NotFound' },
  upgradeRequired: {
    status: 426,
    reason: 'UpgradeRequired',
    message: 'This endpoint speaks WebSocket version 13',
    label: 'UpgradeRequired',
    // @see RFC 6455 §4.4, RFC 9110 §15.5.22
    headers: { Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' },
  },
  incomplete: {
    status: 400,
    reason: 'BadRequest',
    message: 'A WebSocket handshake needs HTTP/1.1 and a Host header',
    label: 'BadRequest',
  },
  addressRate: (retryAfterMs: number): Refusal => ({
    ...tooMany('AddressRate', 'There were too many calls and failed sign-ins from this address'),
    headers: { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) },
  }),
  addressLimit: tooMany('AddressLimit', 'There are too many connections from this address'),
  userLimit: tooMany('UserLimit', 'This user has too many sessions'),
  totalLimit: unavailable('TotalLimit', 'This node has no room for another session'),
  anonymousLimit: unavailable('AnonymousLimit', 'This node has no room for another session that has not signed in'),
  timedOut: unavailable('TimedOut', 'The request could not be judged in time'),
  draining: {
    status: 503,
    reason: 'ServiceUnavailable',
    message: 'This node is shutting down',
    label: 'Draining',
    headers: { 'Retry-After': '1' },
  },
  /** Nobody reads it; it is only counted. */
  peerLeft: { status: 400, reason: 'BadRequest', message: 'The peer left', label: 'PeerLeft' },
} satisfies Record<string, Refusal | ((...details: never[]) => Refusal)>);

export function refusalBody({ status, reason, message }: Refusal): string {
  return JSON.stringify({ status, reason, message });
}
