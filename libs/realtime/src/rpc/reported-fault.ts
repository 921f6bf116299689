/** A fault that was logged and told to observers where it happened, on its way to the peer as the error of the call. */
import type { ErrorObject } from 'nestjs-realtime-protocol';
import { RpcError } from 'nestjs-realtime-protocol';

export class ReportedFault extends RpcError {
  /** @param error what the peer gets, with the id of the line in the log @param cause what was thrown */
  constructor({ code, message, reason, data }: ErrorObject, cause: unknown) {
    super(code, message, { ...(reason === undefined ? {} : { reason }), data, cause });
  }
}

/** Anything can be thrown, also a proxy that throws when it is asked what it is. */
export function isReported(fault: unknown): fault is ReportedFault {
  try {
    return fault instanceof ReportedFault;
  } catch {
    // Survived: such a fault is none of ours.
    return false;
  }
}
