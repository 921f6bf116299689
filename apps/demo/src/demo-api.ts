/** What the demo and its page say to each other. Types only: the page imports this file, and nothing of it is left at run time. */

/** Points in time are Unix times in ms. */
export interface Login {
  readonly username: string;
  readonly password: string;
  readonly platform?: string;
}

export interface LoginResult {
  /** Signs in again after a reconnect, with `auth.token`. */
  readonly token: string;
  readonly expiresAt: number;
}

export interface TokenLoginResult {
  readonly userId: string;
  readonly expiresAt: number;
}

export interface WhoAmI {
  readonly userId: string;
  readonly roles: readonly string[];
  readonly platform?: string;
}

export interface RoomInfo {
  readonly name: string;
  /** Users who listen to the room now. */
  readonly members: number;
}

/** Pushed to the topic `room:<name>`. */
export interface ChatMessage {
  readonly room: string;
  readonly from: string;
  readonly text: string;
  readonly at: number;
}

/** Pushed to the topic `room:<name>` when somebody new came or somebody left. */
export interface RoomMembers {
  readonly room: string;
  /** Users who listen to the room now. */
  readonly members: number;
}

/** Pushed to everybody who is connected. */
export interface Announcement {
  readonly from: string;
  readonly text: string;
  readonly at: number;
}

export interface BroadcastResult {
  readonly status: 'broadcasted';
  /** Bytes of UTF-8. */
  readonly text_length: number;
}

export interface ReplyResult {
  readonly echo: string;
  /** Bytes of UTF-8. */
  readonly text_length: number;
}

/** What the page is told of the server's settings. */
export interface PageSettings {
  /** Where sessions open; without a port it is the page's own. */
  readonly socket: { readonly path: string; readonly port?: number };
  /** What the page calls itself when it signs in; absent if the server does not know its kind. */
  readonly platform?: string;
  /** Other names of the library's own methods. */
  readonly methods: Readonly<Record<string, string>>;
  /** Users whose password everybody may know. */
  readonly wellKnown: { readonly users: readonly string[]; readonly password: string };
}

/** The contract, as the client library wants it. */
export interface DemoApi {
  calls: {
    echo: (params?: object) => unknown;
    'auth.login': (params: Login) => LoginResult;
    'auth.token': (params: { token: string }) => TokenLoginResult;
    whoami: () => WhoAmI;
    'chat.rooms': () => { rooms: readonly RoomInfo[] };
    'chat.send': (params: { room: string; text: string }) => { at: number };
    broadcast: (params: { text: string }) => BroadcastResult;
    'self.reply': (params: { text: string }) => ReplyResult;
    'admin.kick': (params: { userId: string; reason: string }) => { kicked: number };
  };
  pushes: {
    'chat.message': ChatMessage;
    'room.members': RoomMembers;
    broadcast: Announcement;
  };
}
