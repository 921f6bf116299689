/** Who pays for the bytes of a frame: a call that came alone for its own, of a batch the first item that costs anything for all of them. */
import type { ErrorObject } from 'nestjs-realtime-protocol';
import type { Session } from '../session/session.js';
import type { CallGate } from './call-gate.js';
import type { FrameLoad } from './call-load.js';
import type { RegisteredMethod } from './method-registry.js';

/** @returns the error to answer with; undefined lets it pass */
export function charged(gate: CallGate, session: Session, method: RegisteredMethod | undefined, load: FrameLoad): ErrorObject | undefined {
  if (typeof load === 'number') return gate.check(session, method, load);
  const refusal = gate.check(session, method, load.unpaid);
  // Of what is free nobody is asked to pay, and who was refused has not paid.
  if (!refusal && gate.costs(method)) load.unpaid = 0;
  return refusal;
}

/** The same for a call that begins when somebody else sits there than when it came. */
export function userCharged(
  gate: CallGate,
  session: Session,
  method: RegisteredMethod | undefined,
  load: FrameLoad,
): ErrorObject | undefined {
  if (typeof load === 'number') return gate.checkUser(session, method, load);
  const refusal = gate.checkUser(session, method, load.unpaidByUser);
  if (!refusal && gate.costs(method)) load.unpaidByUser = 0;
  return refusal;
}
