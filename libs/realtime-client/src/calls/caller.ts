/** Calls at the server, checked against the contract. */
import type { CallArguments, CallsOf, NameOf, NotifyArguments, ResultOf, RpcContract } from './contract.js';

export interface Caller<C extends RpcContract> {
  /**
   * Calls a method of the server. It settles in any case: with the result or with one of the errors.
   * @throws {PeerError} the server answered with an error
   * @throws {CallFailedError} CALL_TIMEOUT; CONNECTION_LOST, then the call may have been carried out all the same; TOO_MANY_CALLS; BAD_ANSWER
   * @throws {NotConnectedError} the call was never sent
   * @throws {FrameTooLargeError} the call was never sent
   * @throws {SendBufferFullError} the call was never sent
   * @throws {TypeError} JSON-RPC cannot carry the params; the call was never sent
   * @throws {Error} the reason of the signal, if it fired
   */
  call<M extends NameOf<CallsOf<C>>>(method: M, ...args: CallArguments<CallsOf<C>[M]>): Promise<ResultOf<CallsOf<C>[M]>>;

  /**
   * Tells the server something and waits for nothing.
   * @returns false if it was not sent
   * @throws {TypeError} if the params are not an object, an array or absent
   */
  notify<M extends NameOf<CallsOf<C>>>(method: M, ...args: NotifyArguments<CallsOf<C>[M]>): boolean;
}

/** The connection that is being opened, and no other: what is sent here does not wait, and fails when that connection ends. */
export interface Opening<C extends RpcContract> extends Caller<C> {
  /** True if this client has been open before. */
  readonly reconnected: boolean;
}
