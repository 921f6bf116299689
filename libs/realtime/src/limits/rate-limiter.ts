/** Charges calls and bad frames to the buckets of their method, session, user and address, and refuses what they cannot pay. */
import type { ErrorObject } from 'nestjs-realtime-protocol';
import { Disconnect, RPC_ERRORS } from 'nestjs-realtime-protocol';
import { addressKey } from './address-key.js';
import { KeyedBuckets } from './keyed-buckets.js';
import { RATE_LIMIT_METADATA } from './rate-limit.decorator.js';
import type { MethodRate, RateOptions } from './rate-options.js';
import { RATE_DEFAULTS, methodRateFault } from './rate-options.js';
import type { BucketOptions } from './token-bucket.js';
import { TokenBucket } from './token-bucket.js';

/** What a peer sends before it can have read a refusal. */
const TOGETHER_MS = 1_000;

const TOO_MANY = RPC_ERRORS.TooManyRequests;

/** What the limiter wants to know of a method that is served. */
export interface LimitedMethod {
  readonly name: string;
  /** Where it is written, for messages to the developer. */
  readonly origin: string;
  /** What decorators left on the method or on its class. */
  readonly metadata?: (key: string) => unknown;
}

/** What the limiter wants to know of a session, and how it ends one. */
export interface LimitedSession {
  readonly handshake: { readonly address: string };
  readonly principal: { readonly userId: string } | null;
  close(disconnect: Disconnect): void;
}

/** The buckets of one session, each made when it is first charged. */
interface SessionBuckets {
  /** Worked out once; the address of a session does not change. */
  readonly address: string;
  all?: TokenBucket;
  strikes?: TokenBucket;
  /** Until when the session was told to wait. */
  toldUntilMs?: number;
  /** Until when what comes before that counts as sent together. */
  togetherUntilMs?: number;
  byMethod?: Map<LimitedMethod, TokenBucket>;
}

export class RateLimiter {
  // Weak: buckets of sessions that are gone are gone.
  private readonly sessions = new WeakMap<LimitedSession, SessionBuckets>();
  private readonly users: KeyedBuckets | undefined;
  private readonly addresses: KeyedBuckets | undefined;
  /** Only methods with a limit of their own, and those that cost nothing. */
  private readonly rates = new Map<LimitedMethod, MethodRate | false>();

  /** @param clock in ms; it must not go back @param nodesOf on how many nodes a user has sessions: each gives it its part of `user` */
  constructor(
    private readonly options: RateOptions,
    private readonly clock: () => number = () => performance.now(),
    private readonly nodesOf: (userId: string) => number = () => 1,
  ) {
    this.users = options.user && new KeyedBuckets(options.user);
    this.addresses = options.address && new KeyedBuckets(options.address);
  }

  /**
   * Reads the limits of all methods that are served; once, at boot.
   * @returns what is wrong with them, one sentence for each fault
   */
  prepare(methods: readonly LimitedMethod[]): string[] {
    const named = new Map(Object.entries(this.options.methods ?? {}).filter(([, rate]) => rate !== undefined));
    const faults: string[] = [];
    const whereOf = ({ name, origin }: LimitedMethod): string =>
      named.has(name) ? `rate.methods.${name}: the limit` : `${origin}: the rate limit of ${name}`;
    for (const method of methods) {
      const rate = named.get(method.name) ?? method.metadata?.(RATE_LIMIT_METADATA);
      if (rate === undefined) continue;
      const fault = rate === false && named.has(method.name) ? undefined : (methodRateFault(rate) ?? this.costFault(rate as MethodRate));
      if (fault === undefined) this.rates.set(method, rate as MethodRate | false);
      else faults.push(`${whereOf(method)} ${fault}, got ${JSON.stringify(rate)}`);
    }
    const served = new Set(methods.map(({ name }) => name));
    for (const name of named.keys()) if (!served.has(name)) faults.push(`rate.methods.${name}: no path serves a method of this name`);
    if (this.options.strikes && !this.isNeeded) faults.push('rate.strikes has an effect only together with a limit');
    return faults;
  }

  /** False if nothing is limited. */
  get isNeeded(): boolean {
    const { session, user, address } = this.options;
    return Boolean(session ?? user ?? address) || [...this.rates.values()].some((rate) => rate !== false);
  }

  /** True if sessions share buckets, which must be swept. */
  get isShared(): boolean {
    return Boolean(this.users ?? this.addresses);
  }

  /** Users and addresses whose buckets are remembered. */
  get remembered(): { readonly users: number; readonly addresses: number } {
    return { users: this.users?.size ?? 0, addresses: this.addresses?.size ?? 0 };
  }

  /**
   * All buckets pay or none does. A refusal is a strike, unless only what others share was used up and the session has not been told to wait; too many of them
   * end the session.
   * @param method undefined for an unknown method and for what is no call at all
   * @param bytes of its frame
   * @returns the error to answer with; undefined lets it pass
   */
  check(session: LimitedSession, method: LimitedMethod | undefined, bytes = 0): ErrorObject | undefined {
    const rate = method && this.rates.get(method);
    if (rate === false) return undefined;
    const nowMs = this.clock();
    const cost = this.costOf(rate, bytes);
    const { options, users, addresses } = this;
    const buckets = this.bucketsOf(session);
    const userId = users && session.principal?.userId;
    const { address } = buckets;
    const all = options.session && (buckets.all ??= new TokenBucket(options.session));
    const own = method && rate && methodBucket(buckets, method, rate);
    const ownWaitMs = Math.max(own?.waitMs(nowMs, atMost(rate, cost)) ?? 0, all?.waitMs(nowMs, atMost(options.session, cost)) ?? 0);
    const retryAfterMs = Math.max(
      ownWaitMs,
      userId === undefined ? 0 : (users?.waitMs(userId, nowMs, this.userCost(userId, cost)) ?? 0),
      addresses?.waitMs(address, nowMs, atMost(options.address, cost)) ?? 0,
    );
    if (retryAfterMs > 0) return this.refuse(session, buckets, nowMs, retryAfterMs, ownWaitMs > 0);
    own?.take(nowMs, atMost(rate, cost));
    all?.take(nowMs, atMost(options.session, cost));
    if (userId !== undefined) users?.take(userId, nowMs, this.userCost(userId, cost));
    addresses?.take(address, nowMs, atMost(options.address, cost));
    return undefined;
  }

  /** False for a method that is free. */
  costs(method: LimitedMethod | undefined): boolean {
    return !method || this.rates.get(method) !== false;
  }

  /**
   * A call that had to wait begins, and somebody else sits there by now: behind a sign-in in the same frame calls would cost the user nothing.
   * @param bytes as in {@link check}
   */
  checkUser(session: LimitedSession, method: LimitedMethod | undefined, bytes = 0): ErrorObject | undefined {
    const rate = method && this.rates.get(method);
    const userId = session.principal?.userId;
    if (rate === false || userId === undefined || !this.users) return undefined;
    const nowMs = this.clock();
    const retryAfterMs = this.users.take(userId, nowMs, this.userCost(userId, this.costOf(rate, bytes)));
    return retryAfterMs > 0 ? this.refuse(session, this.bucketsOf(session), nowMs, retryAfterMs, false) : undefined;
  }

  /**
   * An opening request that the application has to judge: whoever is refused has paid one call of its address, or tokens could be guessed for nothing.
   * Paid beforehand, because many are judged at once.
   * @returns gives it back, or in how many ms to come again; undefined if addresses are not limited
   */
  takeOpening(address: string): (() => void) | number | undefined {
    const { addresses } = this;
    if (!addresses) return undefined;
    const key = addressKey(address);
    const retryAfterMs = addresses.take(key, this.clock(), 1);
    return retryAfterMs > 0 ? retryAfterMs : () => addresses.giveBack(key, 1);
  }

  /** Forgets users and addresses that have their full allowance again. */
  sweep(nowMs: number): void {
    this.users?.sweep(nowMs);
    this.addresses?.sweep(nowMs);
  }

  private costOf(rate: MethodRate | undefined, bytes: number): number {
    const { bytesPerToken = RATE_DEFAULTS.bytesPerToken } = this.options;
    return (rate?.cost ?? 1) + (bytesPerToken > 0 ? Math.floor(bytes / bytesPerToken) : 0);
  }

  /** Who has sessions on two nodes pays double on each: together they give what one would. */
  private userCost(userId: string, cost: number): number {
    return atMost(this.options.user, cost * this.nodesOf(userId));
  }

  /** @param isOwnFault the session itself has used up what it had; else others may have used up what they share with it */
  private refuse(session: LimitedSession, buckets: SessionBuckets, nowMs: number, retryAfterMs: number, isOwnFault: boolean): ErrorObject {
    const { strikes } = this.options;
    if (
      strikes &&
      (isOwnFault || isDefiant(buckets, nowMs, retryAfterMs)) &&
      (buckets.strikes ??= new TokenBucket(strikes)).take(nowMs) > 0
    )
      session.close(Disconnect.RateLimited);
    // Put together by hand: an error's stack, or a copy of the frozen row, would cost more than the call that is refused.
    return { code: TOO_MANY.code, message: TOO_MANY.message, reason: 'TooManyRequests', data: { retryAfterMs } };
  }

  private bucketsOf(session: LimitedSession): SessionBuckets {
    let buckets = this.sessions.get(session);
    if (!buckets) this.sessions.set(session, (buckets = { address: this.addresses ? addressKey(session.handshake.address) : '' }));
    return buckets;
  }

  /** A call that costs more than a shared bucket can hold would never be served. */
  private costFault({ cost = 1 }: MethodRate): string | undefined {
    const shared = ['session', 'user', 'address'] as const;
    const tooSmall = shared.find((name) => cost > (this.options[name]?.capacity ?? cost));
    return tooSmall && `must not cost more than rate.${tooSmall}.capacity`;
  }
}

/** Whoever was told when to come again and comes before that is at fault; what is sent within a second counts as one. */
function isDefiant(buckets: SessionBuckets, nowMs: number, retryAfterMs: number): boolean {
  const isTold = nowMs < (buckets.toldUntilMs ?? 0);
  if (!isTold) buckets.toldUntilMs = nowMs + retryAfterMs;
  if (isTold && nowMs < (buckets.togetherUntilMs ?? 0)) return false;
  buckets.togetherUntilMs = nowMs + TOGETHER_MS;
  return isTold;
}

/** However large a frame is, a full bucket pays for it. */
function atMost(bucket: BucketOptions | undefined, cost: number): number {
  return bucket && bucket.capacity < cost ? bucket.capacity : cost;
}

function methodBucket(buckets: SessionBuckets, method: LimitedMethod, options: BucketOptions): TokenBucket {
  buckets.byMethod ??= new Map();
  let bucket = buckets.byMethod.get(method);
  if (!bucket) buckets.byMethod.set(method, (bucket = new TokenBucket(options)));
  return bucket;
}
