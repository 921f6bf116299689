/** Turns what a topic was refused with into an error for the peer; a policy that fails is logged and told to observers. */
import type { ErrorObject } from 'nestjs-realtime-protocol';
import { RPC_ERRORS } from 'nestjs-realtime-protocol';
import type { Observers } from '../observe/observers.js';
import { errorIdOf } from '../rpc/call-facts.js';
import { toErrorObject } from '../rpc/error-mapper.js';
import type { RpcCall } from '../rpc/rpc-call.js';
import { TopicPolicyError } from './topic-policy-error.js';

/** What a topic was refused with. */
export interface Refused {
  readonly error: ErrorObject;
  /** True for a fault of the server. It is known by now; nobody needs to log it or to tell of it again. */
  readonly isFault: boolean;
  readonly thrown: unknown;
}

/** @param method what observers are told; undefined if the call does not answer with the refusal */
export function refusedWith(caught: unknown, call: RpcCall, observers: Observers, method: string | undefined): Refused {
  const { session } = call;
  const [thrown, place] =
    caught instanceof TopicPolicyError ? [caught.thrown, `the topic policy ${caught.policy}`] : [caught, `the check of a topic`];
  const error = toErrorObject(thrown, `${call.method}, ${place}`);
  if (error.code !== RPC_ERRORS.InternalError.code) return { error, isFault: false, thrown };
  if (observers.hears('fault')) {
    const errorId = errorIdOf(error);
    observers.tell('fault', {
      what: `In ${call.method}, ${place} failed`,
      error: thrown,
      sessionId: session.id,
      ...(method === undefined ? {} : { method }),
      ...(errorId === undefined ? {} : { errorId }),
    });
  }
  return { error, isFault: true, thrown };
}
