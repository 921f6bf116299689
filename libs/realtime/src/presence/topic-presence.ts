/** Who is there in one topic: sessions of this node, and members that other nodes have told of. */
import type { PresenceMember } from '../hub/presence-list.js';
import type { Session } from '../session/session.js';

export type Attributes = Readonly<Record<string, unknown>>;

/** A member as nodes tell each other; -1 sessions is none any more. */
export type PresenceEntry = readonly [member: string, sessions: number, attributes?: Attributes];

/** What a node has told of its own members. */
interface Elsewhere {
  readonly sessions: number;
  readonly attributes: Attributes | undefined;
}

interface Member {
  here: number;
  /** While nobody of it is here, and it may come back. */
  leavingAtMs: number | undefined;
  attributes: Attributes | undefined;
  /** By sender: id and generation of a node. */
  elsewhere: Map<string, Elsewhere> | undefined;
}

export interface PresenceNews {
  readonly joined: readonly PresenceMember[];
  readonly left: readonly PresenceMember[];
}

export class TopicPresence {
  /** Whether other nodes have told what they have. */
  isSynced = false;
  /** Of what this node has told last. */
  version = 0;
  private readonly keys = new Map<Session, string>();
  private readonly members = new Map<string, Member>();
  /** The version of what each sender has told. */
  private readonly senders = new Map<string, number>();
  /** Versions that came before their sender had been asked. */
  private missed = new Map<string, number>();
  /** Members that were touched since the news were taken, as they were before. */
  private touched = new Map<string, PresenceMember | undefined>();
  /** Own members of which the other nodes have to hear. */
  private untold = new Set<string>();
  private leaving = 0;

  get count(): number {
    return this.members.size;
  }

  /** Sessions of this node that are somebody. */
  get sessions(): number {
    return this.keys.size;
  }

  get isLeaving(): boolean {
    return this.leaving > 0;
  }

  /** Nothing of this node is in it. */
  get isVacant(): boolean {
    return this.keys.size === 0 && this.leaving === 0;
  }

  keyOf(session: Session): string | undefined {
    return this.keys.get(session);
  }

  enter(session: Session, key: string, attributes: () => Attributes | undefined): void {
    this.note(key);
    this.keys.set(session, key);
    const member = this.member(key);
    if (member.here++ === 0) {
      if (member.leavingAtMs === undefined) member.attributes = attributes();
      else this.stay(member);
    }
    this.untold.add(key);
  }

  /** @param leavingAtMs until when the member may come back; undefined if it is gone now @returns the member, if nobody of it is here any more */
  leave(session: Session, leavingAtMs: number | undefined): string | undefined {
    const key = this.keys.get(session);
    const member = key === undefined ? undefined : this.members.get(key);
    if (key === undefined || !member) return undefined;
    this.note(key);
    this.keys.delete(session);
    this.untold.add(key);
    if (--member.here > 0) return undefined;
    if (leavingAtMs !== undefined) {
      member.leavingAtMs = leavingAtMs;
      this.leaving++;
    }
    this.tidy(key, member);
    return key;
  }

  /** Lets those go whose time to come back is over. */
  expire(nowMs: number): void {
    for (const [key, member] of this.members) if ((member.leavingAtMs ?? Infinity) <= nowMs) this.letGo(key, member);
  }

  /** It has said goodbye: it does not come back. */
  farewell(key: string): void {
    const member = this.members.get(key);
    if (member?.leavingAtMs !== undefined) this.letGo(key, member);
  }

  versionOf(sender: string): number {
    return this.senders.get(sender) ?? 0;
  }

  /** What another node has. @param isAll whatever it told before is void */
  apply(sender: string, version: number, entries: readonly PresenceEntry[], isAll: boolean): void {
    if (isAll) this.clear(sender);
    this.senders.set(sender, version);
    for (const [key, sessions, attributes] of entries) {
      this.note(key);
      const member = this.member(key);
      if (sessions >= 0) (member.elsewhere ??= new Map()).set(sender, { sessions, attributes });
      else member.elsewhere?.delete(sender);
      this.tidy(key, member);
    }
  }

  /** Something came of which the beginning is not known. */
  miss(sender: string, version: number): void {
    this.missed.set(sender, version);
  }

  /** Senders of whom more was missed than was told since, with the version of the last. */
  takeMissed(): [sender: string, version: number][] {
    const { missed } = this;
    this.missed = new Map();
    return [...missed].filter(([sender, version]) => version > this.versionOf(sender));
  }

  /** What was there before anybody of this node was is no news. */
  adopted(): void {
    for (const key of [...this.touched.keys()]) if (this.members.get(key)?.elsewhere) this.touched.delete(key);
    this.isSynced = true;
  }

  /** A node is gone: its people may come back. @returns false if it had nobody */
  fade(sender: string): boolean {
    let hasAny = false;
    for (const { elsewhere } of this.members.values()) {
      const there = elsewhere?.get(sender);
      if (!there) continue;
      elsewhere?.set(sender, { ...there, sessions: 0 });
      hasAny = true;
    }
    if (!hasAny) this.senders.delete(sender);
    return hasAny;
  }

  /** They have not come back. */
  drop(sender: string): void {
    this.clear(sender);
    this.senders.delete(sender);
  }

  /** What others have is not followed any more. */
  forgetOthers(): void {
    for (const sender of [...this.senders.keys()]) this.drop(sender);
    this.touched.clear();
    this.missed.clear();
    this.isSynced = false;
  }

  list(): PresenceMember[] {
    return [...this.members.keys()].map((key) => this.told(key) as PresenceMember);
  }

  /** What this node has. */
  own(): PresenceEntry[] {
    return [...this.members.keys()].map((key) => this.ownEntry(key)).filter(([, sessions]) => sessions >= 0);
  }

  takeUntold(): PresenceEntry[] {
    const { untold } = this;
    this.untold = new Set();
    return [...untold].map((key) => this.ownEntry(key));
  }

  takeNews(): PresenceNews {
    const joined: PresenceMember[] = [];
    const left: PresenceMember[] = [];
    const { touched } = this;
    this.touched = new Map();
    for (const [key, before] of touched) {
      const now = this.told(key);
      if (now && !before) joined.push(now);
      else if (before && !now) left.push({ ...before, sessions: 0 });
    }
    return { joined, left };
  }

  private ownEntry(key: string): PresenceEntry {
    const member = this.members.get(key);
    if (!member || (member.here === 0 && member.leavingAtMs === undefined)) return [key, -1];
    return member.attributes ? [key, member.here, member.attributes] : [key, member.here];
  }

  private told(key: string): PresenceMember | undefined {
    const member = this.members.get(key);
    if (!member) return undefined;
    const others = [...(member.elsewhere?.values() ?? [])];
    const sessions = others.reduce((sum, other) => sum + other.sessions, member.here);
    const attributes = member.attributes ?? others.find((other) => other.attributes)?.attributes;
    return { userId: key, sessions, ...(attributes ? { attributes } : {}) };
  }

  private letGo(key: string, member: Member): void {
    this.note(key);
    this.stay(member);
    this.untold.add(key);
    this.tidy(key, member);
  }

  private stay(member: Member): void {
    member.leavingAtMs = undefined;
    this.leaving--;
  }

  private clear(sender: string): void {
    if (!this.senders.has(sender)) return;
    for (const [key, member] of this.members) {
      if (!member.elsewhere?.has(sender)) continue;
      this.note(key);
      member.elsewhere.delete(sender);
      this.tidy(key, member);
    }
  }

  private note(key: string): void {
    if (!this.touched.has(key)) this.touched.set(key, this.told(key));
  }

  private member(key: string): Member {
    let member = this.members.get(key);
    if (!member) this.members.set(key, (member = { here: 0, leavingAtMs: undefined, attributes: undefined, elsewhere: undefined }));
    return member;
  }

  private tidy(key: string, member: Member): void {
    if (member.elsewhere?.size === 0) member.elsewhere = undefined;
    if (member.here === 0 && member.leavingAtMs === undefined) member.attributes = undefined;
    if (member.here === 0 && member.leavingAtMs === undefined && !member.elsewhere) this.members.delete(key);
  }
}
