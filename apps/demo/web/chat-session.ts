/** Signs in, keeps the rooms and passes on what is said: everything that the page does with the client. */
import { NotConnectedError, RealtimeClient } from 'nestjs-realtime-client';
import type { ConnectionState, Opening, TopicEvent } from 'nestjs-realtime-client';
import type { DemoApi, WhoAmI } from '../src/demo-api.js';
import { RoomBook } from './room-book.js';
import type { Line } from './room-book.js';
import type { SignInMemory } from './sign-in-memory.js';
import { errorInWords } from './wording.js';

/** What a view may want to know. */
export interface ChatSessionEvents {
  /** Signed in, or no longer; `problem` says why if nobody asked for it. */
  identityChanged(me: WhoAmI | undefined, problem?: string): void;
  /** Anything about the rooms changed. */
  roomsChanged(): void;
  /** Something went wrong that nobody waits for. */
  trouble(sentence: string): void;
}

/** Where the server is, and what it calls things. */
export interface ChatServer {
  readonly url: string;
  readonly platform: string | undefined;
  readonly methods: Readonly<Record<string, string>>;
}

const FIRST_ROOM = 'lobby';

/** How long somebody who signs in waits for the server, in ms. */
const SIGN_IN_TIMEOUT_MS = 15_000;

/** Longest wait before the next try, in ms: somebody who starts the server again wants to see the page come back. */
const RECONNECT_MAX_MS = 5_000;

export class ChatSession {
  readonly client: RealtimeClient<DemoApi>;
  readonly book = new RoomBook();
  private credentials: { readonly username: string; readonly password: string } | undefined;
  private token: string | undefined;
  private who: WhoAmI | undefined;
  private readonly stopListening = new Map<string, () => void>();

  constructor(
    private readonly server: ChatServer,
    private readonly memory: SignInMemory,
    private readonly events: ChatSessionEvents,
  ) {
    this.client = new RealtimeClient<DemoApi>(server.url, {
      methods: server.methods,
      onOpen: (opening) => this.authenticate(opening),
      reconnect: { maxMs: RECONNECT_MAX_MS },
    });
    this.client.onState((state) => this.followState(state));
    this.client.on('session.kicked', ({ reason }) => this.events.trouble(`You were sent away: ${reason}`));
    this.client.on('broadcast', ({ from, text, at }) => this.note({ kind: 'announcement', from, text, at }));
  }

  get me(): WhoAmI | undefined {
    return this.who;
  }

  /** @throws what kept the sign-in from succeeding */
  async signIn(username: string, password: string): Promise<void> {
    this.credentials = { username, password };
    await this.enter([FIRST_ROOM]);
  }

  /** Goes on with the sign-in of before a reload. @returns false if there is none */
  async resume(): Promise<boolean> {
    const memory = this.memory.recall();
    if (!memory) return false;
    this.token = memory.token;
    await this.enter(memory.rooms.length > 0 ? memory.rooms : [FIRST_ROOM]);
    return true;
  }

  signOut(): void {
    this.end();
    this.events.identityChanged(undefined);
  }

  /** Goes into a room, and looks at it. @throws if the server refuses */
  async join(name: string): Promise<void> {
    const room = name.trim();
    await this.open(room);
    this.select(room);
    await this.refresh();
  }

  async leave(room: string): Promise<void> {
    this.forgetRoom(room);
    await this.client.unsubscribe(topicOf(room));
    await this.refresh();
  }

  select(room: string): void {
    this.book.select(room);
    this.events.roomsChanged();
  }

  /** Shows the message at once; it stays marked until the server has brought it back, or says what went wrong. */
  async say(room: string, text: string): Promise<void> {
    const line: Line = { kind: 'outgoing', from: this.who?.userId ?? '', text, at: Date.now() };
    this.book.add(room, line, false);
    this.events.roomsChanged();
    try {
      await this.client.call('chat.send', { room, text });
      this.book.drop(room, line);
    } catch (error) {
      this.book.replace(room, line, { ...line, problem: errorInWords(error) });
    }
    this.events.roomsChanged();
  }

  /** Takes away a message that was not sent. */
  discard(room: string, line: Line): void {
    this.book.drop(room, line);
    this.events.roomsChanged();
  }

  async announce(text: string): Promise<void> {
    await this.client.call('broadcast', { text });
  }

  /** @returns how many sessions were ended */
  async kick(userId: string, reason: string): Promise<number> {
    return (await this.client.call('admin.kick', { userId, reason })).kicked;
  }

  /** Adds a line to the room that is looked at. */
  note(line: Line): void {
    const { current } = this.book;
    if (!current) return;
    this.book.add(current.name, line, false);
    this.events.roomsChanged();
  }

  /** Asks for the list of rooms, unless there is no connection. */
  async refresh(): Promise<void> {
    if (this.client.state.name !== 'open') return;
    const { rooms } = await this.client.call('chat.rooms');
    this.book.learn(rooms);
    this.events.roomsChanged();
  }

  private async enter(rooms: readonly string[]): Promise<void> {
    this.client.connect();
    try {
      await this.client.whenOpen({ timeoutMs: SIGN_IN_TIMEOUT_MS });
    } catch (error) {
      this.end();
      throw error instanceof NotConnectedError && error.reason?.kind === 'sign-in-failed' ? error.reason.error : error;
    }
    this.events.identityChanged(this.who);
    const outcomes = await Promise.allSettled(rooms.map((room) => this.open(room)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') this.complain(outcome.reason);
    await this.refresh();
  }

  private async open(room: string): Promise<void> {
    if (this.book.get(room)?.joined) return;
    const stop = this.client.onTopic(topicOf(room), (event) => this.hear(room, event));
    try {
      await this.client.subscribe(topicOf(room));
    } catch (error) {
      stop();
      // A client that was closed meanwhile holds the room all the same.
      await this.client.unsubscribe(topicOf(room));
      throw error;
    }
    this.stopListening.get(room)?.();
    this.stopListening.set(room, stop);
    this.book.join(room);
    this.remember();
    this.events.roomsChanged();
  }

  /** Runs each time the socket opens: with the password the first time, with the token after that. */
  private async authenticate(opening: Opening<DemoApi>): Promise<void> {
    if (this.credentials) {
      const { token } = await opening.call('auth.login', { ...this.credentials, platform: this.server.platform });
      this.credentials = undefined;
      this.token = token;
    } else {
      await opening.call('auth.token', { token: this.token ?? '' });
    }
    this.who = await opening.call('whoami');
    this.remember();
  }

  private followState(state: ConnectionState): void {
    if (state.name === 'open' && this.book.joined.length > 0) this.refresh().catch((error: unknown) => this.complain(error));
    // Somebody who is signed in finds out here that the token no longer works.
    if (state.name === 'closed' && state.reason.kind === 'sign-in-failed' && this.who) {
      this.end();
      this.events.identityChanged(undefined, 'The server no longer knows your sign-in. Please sign in again.');
    }
  }

  private hear(room: string, event: TopicEvent<DemoApi['pushes']>): void {
    if (event.kind === 'gap') {
      this.book.add(room, { kind: 'gap', sinceMs: event.sinceMs, untilMs: event.untilMs }, false);
    } else if (event.kind === 'ended') {
      this.forgetRoom(room);
      this.events.trouble(`You are no longer in #${room}: ${errorInWords(event.error)}`);
    } else if (event.kind === 'push' && event.method === 'chat.message') {
      this.book.receive(event.params, event.params.from === this.who?.userId);
    } else if (event.kind === 'push' && event.method === 'room.members') {
      this.book.count(event.params);
    }
    this.events.roomsChanged();
  }

  private forgetRoom(room: string): void {
    this.stopListening.get(room)?.();
    this.stopListening.delete(room);
    this.book.leave(room);
    this.remember();
    this.events.roomsChanged();
  }

  private remember(): void {
    if (this.token !== undefined) this.memory.keep({ token: this.token, rooms: this.book.joined.map(({ name }) => name) });
  }

  private end(): void {
    this.credentials = undefined;
    this.token = undefined;
    this.who = undefined;
    this.memory.forget();
    this.client.close();
    for (const { name } of this.book.joined) {
      this.client.unsubscribe(topicOf(name)).catch((error: unknown) => this.complain(error));
      this.forgetRoom(name);
    }
  }

  private complain(error: unknown): void {
    this.events.trouble(errorInWords(error));
  }
}

function topicOf(room: string): string {
  return `room:${room}`;
}
