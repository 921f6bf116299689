/**
 * Signs what nodes say to each other and refuses what none of them has said, before any of it is parsed. A line stands before the message:
 * `s1 <key> <broker's time, in ms> <sequence> <sender> <HMAC-SHA256>`.
 */
import type { KeyObject } from 'node:crypto';
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { RealtimeConfigError } from '../rules/option-rules.js';
import type { BrokerClock } from './broker-clock.js';
import { ReplayMemory } from './replay-memory.js';
import type { SignSettings } from './sign-settings.js';
import { signFault } from './sign-settings.js';

/** How old a message may be by the broker's time, in ms. */
const SEAL_WINDOW_MS = 30_000;

/** Why a message was not taken; labels of a metric. */
export type SealFault = 'unsigned' | 'malformed' | 'version' | 'unknown_key' | 'forged' | 'too_old' | 'replayed';

const MARK = 's1';
/** A line is looked for so far and no farther: a node's id has at most 100 characters, a key's name 32. */
const MAX_LINE = 300;
const MAC_CHARACTERS = 43;

export class MessageSeal {
  private readonly keys: ReadonlyMap<string, KeyObject>;
  private readonly replays: ReplayMemory;

  /**
   * @param scope is signed along: what was said in another cluster is not heard in this one, though it may have the same keys
   * @param now a clock that only grows, in ms
   */
  constructor(
    private readonly settings: SignSettings,
    private readonly scope: string,
    private readonly clock: Pick<BrokerClock, 'read'>,
    now: () => number = () => performance.now(),
  ) {
    const faults = [signFault(settings) ?? []].flat();
    // An engine of a team's own may not have looked.
    if (faults.length > 0) throw new RealtimeConfigError(faults.map((fault) => `sign ${fault}`));
    this.keys = new Map(Object.entries(settings.keys).map(([name, secret]) => [name, createSecretKey(Buffer.from(secret))]));
    // A message is good for the window on both sides of the broker's time.
    this.replays = new ReplayMemory(2 * SEAL_WINDOW_MS, now);
  }

  seal(channel: string, sender: string, sequence: number, message: string): string {
    const key = this.keys.get(this.settings.active) as KeyObject;
    const facts = `${MARK} ${this.settings.active} ${this.clock.read() ?? 0} ${sequence} ${sender}`;
    return `${facts} ${this.mac(key, channel, facts, message).toString('base64url')}\n${message}`;
  }

  /** @returns the message without its line */
  open(channel: string, raw: string): { readonly message: string } | { readonly fault: SealFault } {
    const end = raw.startsWith('s') ? raw.slice(0, MAX_LINE).indexOf('\n') : -1;
    if (end < 0) return { fault: /^\d{1,4}\[/u.test(raw.slice(0, 5)) ? 'unsigned' : 'malformed' };
    const line = raw.slice(0, end);
    const [mark, keyName = '', atMs, sequence, sender, mac, ...more] = line.split(' ');
    if (mark !== MARK) return { fault: /^s\d{1,4}$/u.test(mark ?? '') ? 'version' : 'malformed' };
    if (!sender || mac?.length !== MAC_CHARACTERS || more.length > 0) return { fault: 'malformed' };
    const key = this.keys.get(keyName);
    if (!key) return { fault: 'unknown_key' };
    const message = raw.slice(end + 1);
    const own = this.mac(key, channel, line.slice(0, -MAC_CHARACTERS - 1), message);
    const given = Buffer.from(mac, 'base64url');
    if (given.length !== own.length || !timingSafeEqual(given, own)) return { fault: 'forged' };
    if (this.isTooOld(Number(atMs))) return { fault: 'too_old' };
    return this.replays.isNew(channel, sender, Number(sequence)) ? { message } : { fault: 'replayed' };
  }

  /** The channel is listened to no longer. */
  forgetChannel(channel: string): void {
    this.replays.leave(channel);
  }

  /** This sender is gone for good. */
  forgetSender(sender: string): void {
    this.replays.lose(sender);
  }

  /** Also if it comes from the future: the broker's clock was set back since. What comes before the time is known is not for this node. */
  private isTooOld(atMs: number): boolean {
    const nowMs = this.clock.read();
    return nowMs === undefined || Math.abs(nowMs - atMs) > SEAL_WINDOW_MS;
  }

  private mac(key: KeyObject, channel: string, facts: string, message: string): Buffer {
    // With their lengths, so that nothing of one can be taken for the end of another.
    const place = `${this.scope.length} ${this.scope} ${channel.length} ${channel} ${facts}\n`;
    return createHmac('sha256', key).update(place).update(message).digest();
  }
}
