/** Stands before the calls of all sessions. What limits them lives elsewhere. */
import type { ErrorObject } from 'nestjs-realtime-protocol';
import type { Session } from '../session/session.js';
import type { RegisteredMethod } from './method-registry.js';

/** Decides whether a frame or a call may cost the server anything. */
export interface CallGate {
  /**
   * @param method the registered method; undefined for an unknown one and for what is no call at all
   * @param bytes of its frame
   * @returns the error to answer with; undefined lets it pass
   */
  check(session: Session, method: RegisteredMethod | undefined, bytes: number): ErrorObject | undefined;

  /** False for a method that is free: nothing is charged for it. */
  costs(method: RegisteredMethod | undefined): boolean;

  /** A call begins that had to wait, and the session is somebody else's than when it was checked. @returns as {@link check} does */
  checkUser(session: Session, method: RegisteredMethod | undefined, bytes: number): ErrorObject | undefined;
}
