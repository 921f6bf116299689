/** Why a session ends: the code and the reason of the close frame, and whether the peer should come back. */
import { brand } from './brand.js';
import { shouldComeBack } from './come-back.js';

/**
 * One row of the table of close codes. The range says whether to come back: 3000–3499 and 4000–4499 yes,
 * 3500–3999 and 4500–4999 no. @see RFC 6455 §7.4
 */
export class Disconnect {
  static {
    brand(this, 'Disconnect');
  }

  private constructor(
    /** The status code of the close frame. */
    readonly code: number,
    /** What the close frame says; at most 123 bytes of UTF-8. */
    readonly reason: string,
  ) {}

  static readonly Normal = new Disconnect(1000, 'Normal');
  static readonly GoingAway = new Disconnect(1001, 'GoingAway');
  static readonly ProtocolError = new Disconnect(1002, 'ProtocolError');
  static readonly UnsupportedData = new Disconnect(1003, 'UnsupportedData');
  static readonly InvalidPayload = new Disconnect(1007, 'InvalidPayload');
  static readonly PolicyViolation = new Disconnect(1008, 'PolicyViolation');
  static readonly FrameTooLarge = new Disconnect(1009, 'FrameTooLarge');
  static readonly InternalError = new Disconnect(1011, 'InternalError');
  static readonly ServiceRestart = new Disconnect(1012, 'ServiceRestart');
  static readonly HeartbeatTimeout = new Disconnect(4001, 'HeartbeatTimeout');
  static readonly SlowConsumer = new Disconnect(4002, 'SlowConsumer');
  static readonly ConnectionLimit = new Disconnect(4008, 'ConnectionLimit');
  static readonly RateLimited = new Disconnect(4029, 'RateLimited');
  static readonly Kicked = new Disconnect(4500, 'Kicked');
  static readonly Replaced = new Disconnect(4501, 'Replaced');
  static readonly SessionExpired = new Disconnect(4502, 'SessionExpired');
  static readonly AnonymousTimeout = new Disconnect(4503, 'AnonymousTimeout');
  static readonly Refused = new Disconnect(4504, 'Refused');

  /**
   * The application's own reason to end a session.
   * @throws {RangeError} if the code is outside 3000..4999 or the reason is longer than 123 bytes
   * @throws {TypeError} if the reason is no string
   */
  static of(code: number, reason: string): Disconnect {
    if (!Number.isInteger(code) || code < 3000 || code > 4999) throw new RangeError(`A close code must be within 3000..4999, got ${code}`);
    if (typeof (reason as unknown) !== 'string') throw new TypeError(`A close reason must be a string, got ${String(reason)}`);
    const bytes = new TextEncoder().encode(reason).length;
    if (bytes > 123) throw new RangeError(`A close reason may have at most 123 bytes, got ${bytes}`);
    return new Disconnect(code, reason);
  }

  /** What was given, for callers whom types do not hold. @throws {TypeError} if it is no Disconnect, such as a bare code */
  static check(value: unknown): Disconnect {
    if (value instanceof Disconnect) return value;
    throw new TypeError(`A connection is closed with a Disconnect, such as Disconnect.of(4600, 'Why'), got ${String(value)}`);
  }

  /** True if a peer that was closed with this row should connect again. */
  get comeBack(): boolean {
    return shouldComeBack(this.code);
  }
}
