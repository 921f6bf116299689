/** What `ws` says goodbye with to a peer that breaks the rules of the wire. */
import { Disconnect } from 'nestjs-realtime-protocol';

/** Errors of frames: `WS_ERR_…`, or `Z_…` of zlib for what cannot be decompressed. */
const OF_THE_PROTOCOL = /^(?:WS_ERR|Z)_/;

/** What `ws` closes with, by the code of its error. @see RFC 6455 §7.4.1 */
const GOODBYE_BY_ERROR: Readonly<Record<string, Disconnect>> = Object.freeze({
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: Disconnect.FrameTooLarge,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: Disconnect.FrameTooLarge,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: Disconnect.PolicyViolation,
  WS_ERR_INVALID_UTF8: Disconnect.InvalidPayload,
});

/** @param code of an error; undefined is returned for faults of the connection, which are no fault of the peer */
export function goodbyeAfter(code: string | undefined): Disconnect | undefined {
  if (!code || !OF_THE_PROTOCOL.test(code)) return undefined;
  return GOODBYE_BY_ERROR[code] ?? (code.startsWith('Z_') ? Disconnect.InvalidPayload : Disconnect.ProtocolError);
}
