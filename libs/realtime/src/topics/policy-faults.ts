/** Turns what a topic was refused with into an error for the peer; a policy that fails is logged and told to observers. */
import type { ErrorObject } from 'nestjs-realtime-protocol';
import { RPC_ERRORS } from 'nestjs-realtime-protocol';
import type { Observers } from '../observe/observers.js';
import { errorIdOf } from '../rpc/call-facts.js';
import { isFault, toErrorObject } from '../rpc/error-mapper.js';
import type { RpcCall } from '../rpc/rpc-call.js';
import { TopicPolicyError } from './topic-policy-error.js';

/** What a topic was refused with. */
export interface Refused {
  readonly error: ErrorObject;
  /** True for a fault of the server. It is known by now; nobody needs to log it or to tell of it again. */
  readonly isFault: boolean;
  readonly thrown: unknown;
}

/** The refusals of one call. */
export class PolicyFaults {
  /** The first fault of each policy: a peer that names a thousand topics shall not fill the log with one bug. */
  private readonly byPolicy = new Map<string, Refused>();

  /** @param method what observers are told; undefined if the call does not answer with the refusals */
  constructor(
    private readonly call: RpcCall,
    private readonly observers: Observers,
    private readonly method: string | undefined,
  ) {}

  /** A policy that fails again for another topic shares the line in the log, and its id, of the first time. */
  refusedWith(caught: unknown): Refused {
    if (!(caught instanceof TopicPolicyError) || !isFault(caught.thrown)) return this.told(caught, 'the check of a topic');
    let refused = this.byPolicy.get(caught.policy);
    if (!refused) this.byPolicy.set(caught.policy, (refused = this.told(caught, `the ${caught.kind} ${caught.policy}`)));
    return refused;
  }

  private told(caught: unknown, place: string): Refused {
    const { call, observers, method } = this;
    const thrown = caught instanceof TopicPolicyError ? caught.thrown : caught;
    const error = toErrorObject(thrown, `${call.method}, ${place}`);
    if (error.code !== RPC_ERRORS.InternalError.code) return { error, isFault: false, thrown };
    if (observers.hears('fault')) {
      const errorId = errorIdOf(error);
      observers.tell('fault', {
        what: `In ${call.method}, ${place} failed`,
        error: thrown,
        sessionId: call.session.id,
        ...(method === undefined ? {} : { method }),
        ...(errorId === undefined ? {} : { errorId }),
      });
    }
    return { error, isFault: true, thrown };
  }
}
