/** Signs sessions in and out with tokens. Every change is done before the reply leaves, and has not happened if that is an error after all. */
import { RpcError } from 'nestjs-realtime-protocol';
import type { RpcCall } from '../rpc/rpc-call.js';
import { CallAbortedError } from '../rpc/rpc-call.js';
import type { Principal } from '../session/principal.js';
import type { Authentication } from './authentication.js';
import { withinTime } from './time-limit.js';

export interface SignedIn {
  readonly userId: string;
  /** When the sign-in runs out, as a Unix time in ms; null if it does not. */
  readonly expiresAt: number | null;
}

/** Who signed in anew as the same user. */
export interface Refreshed extends SignedIn {
  /** Topics that the user may no longer listen to and that the session has left; absent if there are none. */
  readonly left?: readonly string[];
}

export class LoginService {
  constructor(
    private readonly authentication: Authentication,
    /** How long the authenticator may take. */
    private readonly timeoutMs: number,
  ) {}

  /**
   * @param platform the kind of client; what the token itself says of it cannot be changed
   * @throws {RpcError} Unauthorized, InvalidParams for an unknown platform, TooManyRequests at the limit of the user,
   * ServiceUnavailable if the other nodes have to be asked and cannot
   */
  async login(call: RpcCall, token: string, platform: string | undefined): Promise<Refreshed> {
    const holder = await this.holderOf(call, token, 'login');
    if (platform !== undefined && holder.platform !== undefined && platform !== holder.platform)
      throw RpcError.of('PermissionDenied', 'The access token is for another platform');
    const principal = platform === undefined ? holder : { ...holder, platform };
    return this.signIn(call, principal);
  }

  /**
   * Prolongs the sign-in of the same user.
   * @throws {RpcError} Unauthorized, PermissionDenied for the token of somebody else
   */
  async refresh(call: RpcCall, token: string): Promise<Refreshed> {
    const { session } = call;
    if (!session.principal) throw RpcError.of('Unauthorized', 'Sign in first');
    const holder = await this.holderOf(call, token, 'refresh');
    // Looked at only now: the session may have signed out while the token was being checked.
    const current = session.principal;
    if (current?.userId !== holder.userId) throw RpcError.of('PermissionDenied', 'The access token is of another user');
    const platform = holder.platform ?? current.platform;
    const principal = platform === undefined ? holder : { ...holder, platform };
    return this.signIn(call, principal);
  }

  /** Done when the reply is queued, and not if it is an error after all. */
  logout(call: RpcCall): void {
    call.beforeReply(() => void call.session.logout());
  }

  /** What stands around the method, and its time, can still make an error of the answer: then it was not done. */
  private async signIn(call: RpcCall, principal: Principal): Promise<Refreshed> {
    const entry = call.session.signIn(principal);
    call.onEnd((outcome) => {
      if (outcome === 'ok') entry.confirm();
      else entry.takeBack();
    });
    return signedIn(principal, await entry.left);
  }

  private async holderOf(call: RpcCall, token: string, source: 'login' | 'refresh'): Promise<Principal> {
    const asked = this.authentication.ofToken(token, { source, handshake: call.handshake });
    const principal = await withinTime(asked, this.timeoutMs, () =>
      RpcError.of('Timeout', 'The access token could not be checked in time'),
    );
    // Nobody waits for the answer any more, so nothing may change behind the peer's back.
    if (call.abortReason) throw new CallAbortedError(call.abortReason);
    return principal;
  }
}

function signedIn({ userId, expiresAtMs }: Principal, left: readonly string[]): Refreshed {
  return { userId, expiresAt: expiresAtMs ?? null, ...(left.length > 0 ? { left } : {}) };
}
