/** What the page says to people: times, states and errors in plain words. */
import { CallFailedError, NotConnectedError, PeerError, RPC_ERRORS, SendBufferFullError } from 'nestjs-realtime-client';
import type { ConnectionEnd, ConnectionState } from 'nestjs-realtime-client';

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const CLOCK_SECONDS = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const STAMP = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

export function clock(atMs: number): string {
  return CLOCK.format(atMs);
}

export function clockWithSeconds(atMs: number): string {
  return CLOCK_SECONDS.format(atMs);
}

/** As tools write it: 07:13:20.042. */
export function timestamp(atMs: number): string {
  return STAMP.format(atMs);
}

export function fullTime(atMs: number): string {
  return FULL.format(atMs);
}

export function countOf(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

const CLOSE_REASONS: Readonly<Record<number, string>> = {
  4500: 'An administrator sent you away',
  4501: 'You signed in somewhere else',
  4502: 'Your sign-in has run out',
  4503: 'You did not sign in in time',
  4504: 'The server refused the connection',
  4029: 'You sent too much at once',
  4002: 'This page could not keep up with the messages',
};

/** Why there is no connection. */
export function endInWords(end: ConnectionEnd): string {
  switch (end.kind) {
    case 'closed-here':
      return 'Signed out';
    case 'closed-by-server':
      return CLOSE_REASONS[end.code ?? 0] ?? (end.code === 1001 || end.code === 1012 ? 'The server is restarting' : 'The server hung up');
    case 'lost':
      return 'The connection was lost';
    case 'unreachable':
    case 'not-prepared':
      return 'The server cannot be reached';
    case 'refused':
      return `The server refused the connection (${end.status})`;
    case 'timed-out':
      return 'The server does not answer';
    case 'sign-in-failed':
      return 'Not signed in';
  }
}

/** The state of the connection; the seconds that are left change from call to call. */
export function stateInWords(state: ConnectionState, nowMs: number): string {
  switch (state.name) {
    case 'idle':
      return 'Not connected';
    case 'connecting':
      return 'Connecting…';
    case 'open':
      return 'Connected';
    case 'waiting':
      return `${endInWords(state.reason)}. Next try in ${Math.max(0, Math.ceil((state.retryAtMs - nowMs) / 1000))} s`;
    case 'closed':
      return endInWords(state.reason);
  }
}

/** What went wrong with something that somebody wanted to do. */
export function errorInWords(error: unknown): string {
  if (error instanceof PeerError) {
    if (error.code === RPC_ERRORS.InvalidParams.code) return firstConstraint(error.data) ?? error.message;
    return error.message;
  }
  if (error instanceof CallFailedError) {
    if (error.code === 'CONNECTION_LOST') return 'The connection broke before the server answered. It may have arrived.';
    if (error.code === 'CALL_TIMEOUT') return 'The server did not answer in time. It may have arrived.';
    return 'Too much is waiting for the server already.';
  }
  if (error instanceof NotConnectedError) return error.reason ? `${endInWords(error.reason)}.` : 'There is no connection.';
  if (error instanceof SendBufferFullError) return 'Too much is waiting to leave already.';
  return error instanceof Error ? error.message : String(error);
}

/** The first sentence of `data.errors: [{ path, constraints }]`. */
function firstConstraint(data: unknown): string | undefined {
  const errors: unknown = typeof data === 'object' && data !== null && 'errors' in data ? data.errors : undefined;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const constraints: unknown = typeof first === 'object' && first !== null && 'constraints' in first ? first.constraints : undefined;
  const sentence: unknown = typeof constraints === 'object' && constraints !== null ? Object.values(constraints)[0] : undefined;
  return typeof sentence === 'string' ? sentence : undefined;
}
