/** What can be watched. An observer sees facts, never live objects, and cannot change anything. */

/** Facts of a session, as they are at the moment of the event. */
export interface SessionFacts {
  readonly sessionId: string;
  readonly address: string;
  /** The path of the endpoint, with the names of its parameters instead of their values. */
  readonly endpoint: string;
  readonly openedAtMs: number;
  readonly userId?: string;
  readonly platform?: string;
}

export interface HandshakeRejectedFacts {
  /** The HTTP status of the refusal. */
  readonly status: number;
  /** A stable word of the server's own, such as `OriginRefused`. */
  readonly reason: string;
  readonly address: string;
}

export interface SessionClosedFacts extends SessionFacts {
  readonly code: number;
  readonly reason: string;
  readonly by: 'server' | 'peer';
  readonly wasClean: boolean;
  readonly durationMs: number;
}

/** `refused`: the library did not begin the call: an unknown method, a rate limit, an id in flight, or a node that drains. */
export type CallOutcome = 'ok' | 'error' | 'cancelled' | 'timeout' | 'refused' | 'disconnected';

export interface CallFacts {
  readonly sessionId: string;
  readonly userId?: string;
  /** A registered name; `unknown` for any other, so that peers cannot invent values. */
  readonly method: string;
  readonly isNotification: boolean;
  /** The id of the request as JSON text, as the peer chose it; absent for a notification. */
  readonly requestId?: string;
}

export interface CallEndedFacts extends CallFacts {
  readonly outcome: CallOutcome;
  /** The code of the error that was answered. */
  readonly code?: number;
  /** Ties an InternalError to its line in the log; the peer was told it as well. */
  readonly errorId?: string;
  /** From the frame's arrival to the queued reply, with the time for which the call waited for others of its session. */
  readonly durationMs: number;
}

export interface FrameRejectedFacts {
  readonly sessionId: string;
  /** The code of the error that was answered: -32700, -32600, -32602 for params with `__proto__`, -32029 if such frames come too fast. */
  readonly code: number;
}

export interface TopicFacts {
  readonly sessionId: string;
  readonly userId?: string;
  readonly topic: string;
}

export interface TopicRefusedFacts extends TopicFacts {
  /** The code of the refusal. */
  readonly code: number;
  /** Its stable word, such as `PermissionDenied`; absent if the application's error has none. */
  readonly reason?: string;
  /** True if every topic was refused and the whole call fails with this refusal, of which `callEnded` tells as well. */
  readonly isAnswer: boolean;
}

export interface PushFacts {
  readonly target: 'session' | 'user' | 'topic' | 'signed-in' | 'all';
  readonly method: string;
  /** Sessions of this node that took it. */
  readonly sessions: number;
  /** Length of the message in bytes. */
  readonly bytes: number;
  /** Time spent on this node, until it stood in all queues. */
  readonly durationMs: number;
}

export interface DroppedFacts {
  readonly sessionId: string;
  /** The policy that dropped it. */
  readonly policy: string;
  readonly frames: number;
  readonly bytes: number;
}

export interface FaultFacts {
  /** What failed, in a few words; made by the server, never by a peer. */
  readonly what: string;
  readonly error: unknown;
  /** The call that was answered with an InternalError because of it. */
  readonly method?: string;
  readonly sessionId?: string;
  readonly errorId?: string;
}

/** What an observer may return; a promise is not waited for. */
type Told = void | Promise<void>;

/**
 * Implement what you want to hear. Methods are called synchronously and should be short; they may be async, nobody waits for them.
 * One that throws, rejects or never settles harms nobody: the first fault of an observer is logged, and the others hear on.
 */
export interface RealtimeObserver {
  /** A request was refused before there was a session. */
  handshakeRejected?(facts: HandshakeRejectedFacts): Told;
  /** A request was let in; the session does not exist yet. */
  sessionOpening?(facts: { readonly address: string; readonly endpoint: string }): Told;
  sessionOpened?(facts: SessionFacts): Told;
  sessionClosed?(facts: SessionClosedFacts): Told;
  /** Signed in, signed out, or signed in as somebody else. */
  principalChanged?(facts: SessionFacts & { readonly formerUserId?: string }): Told;
  /** A frame, or an item of a batch, was no request at all. */
  frameRejected?(facts: FrameRejectedFacts): Told;
  /** Before the handler runs, guards included. Not told of calls that are refused. */
  callStarted?(facts: CallFacts): Told;
  /** The answer was encoded, or is known not to come. */
  callEnded?(facts: CallEndedFacts): Told;
  topicJoined?(facts: TopicFacts): Told;
  topicLeft?(facts: TopicFacts): Told;
  /** A topic of a `subscribe` was refused, by its name, a limit or a policy. Told when the call has ended, once for each topic. */
  topicRefused?(facts: TopicRefusedFacts): Told;
  pushed?(facts: PushFacts): Told;
  /** A slow reader did not get something. */
  dropped?(facts: DroppedFacts): Told;
  /** Something of the server or of the application failed; whatever it was, a peer was told no details. */
  fault?(facts: FaultFacts): Told;
}
