/** Calls and notifications in both directions over whatever connection there is. */
import type { Call, CallOptions, FrameLimits, Message } from 'nestjs-realtime-protocol';
import { CANCEL_METHODS, PendingCalls, cancelledIdMember, encodeNotification, encodeRequest, parseFrame } from 'nestjs-realtime-protocol';
import { NotConnectedError, SendBufferFullError } from '../connection/connection-state.js';
import { FrameTooLargeError } from '../base/frame-size.js';
import type { IncomingPush } from './push.js';
import type { ServedMethods } from './served-methods.js';

/** The server sent something that is not JSON-RPC. */
export class BadFrameError extends Error {
  override readonly name = 'BadFrameError';
  readonly code = 'BAD_FRAME';
}

/** Calls count from 1; what comes back for this one counts as a frame and nothing more. */
const QUESTION_ID = 0;

/** Why something was not sent, where the return value says enough. */
const NOT_SENT = [NotConnectedError, FrameTooLargeError, SendBufferFullError];

/** What the owner of a conversation is told. */
export interface ConversationEvents {
  pushed(push: IncomingPush): void;
  /** A call of ours is answered; told before whoever waits for it goes on. */
  answered(): void;
  fault(fault: unknown): void;
}

export class Conversation {
  private readonly calls: PendingCalls;
  /** Counts the connections, so that an answer never leaves on another one than its call came in on. */
  private connections = 0;

  constructor(
    /** @param urgent leaves however much waits already @throws {NotConnectedError} @throws {FrameTooLargeError} @throws {SendBufferFullError} */
    private readonly send: (text: string, urgent?: boolean) => void,
    private readonly served: ServedMethods,
    private readonly events: ConversationEvents,
    private readonly limits: FrameLimits & { readonly pendingCalls: number },
  ) {
    this.calls = new PendingCalls(limits.pendingCalls);
  }

  request(method: string, params: unknown, options: CallOptions): Promise<unknown> {
    const cancel = (id: number): void => void this.notify(CANCEL_METHODS.lsp, { id });
    return this.calls.open((id) => this.send(encodeRequest(id, method, params)), options, cancel);
  }

  /** @returns false if it was not sent @throws {TypeError} if JSON-RPC cannot carry the params */
  notify(method: string, params: unknown): boolean {
    return this.trySend(encodeNotification(method, params));
  }

  /** Asks for any sign of life. It takes no place among the calls of the application, however many of them wait. */
  ask(method: string): void {
    this.trySend(encodeRequest(QUESTION_ID, method, undefined), true);
  }

  receive(data: unknown): void {
    if (typeof data !== 'string') {
      this.events.fault(new BadFrameError('The server sent a binary frame'));
      return;
    }
    const connection = this.connections;
    const frame = parseFrame(data, this.limits);
    if (frame.kind !== 'batch') {
      const answer = this.take(frame);
      if (answer) void this.reply(answer, connection);
      return;
    }
    const answers: Promise<string>[] = [];
    const idTexts: string[] = [];
    for (const item of frame.items) {
      const answer = this.take(item);
      // A listener may have closed the connection: the rest of the batch belongs to it, and nobody waits for the answers.
      if (connection !== this.connections) return;
      if (!answer) continue;
      answers.push(answer);
      idTexts.push((item as Call).idText as string);
    }
    if (answers.length > 0)
      void this.reply(
        Promise.all(answers).then((texts) => this.served.together(texts, idTexts)),
        connection,
      );
  }

  /** The connection is gone: every call that waits for an answer rejects with CONNECTION_LOST. */
  ended(message: string): void {
    this.connections += 1;
    this.calls.failAll(message);
    this.served.abortAll();
  }

  private take(message: Message): Promise<string> | undefined {
    switch (message.kind) {
      case 'call':
        if (message.idText !== undefined) return this.served.serve(message, message.idText);
        this.notified(message);
        return undefined;
      case 'answer':
        // Late and repeated ones find nobody who waits; an error without an id is about a frame that we sent.
        if (this.calls.settle(message)) this.events.answered();
        else if (message.failed && message.id === null) {
          this.events.fault(new BadFrameError(`The server could not read a frame: ${JSON.stringify(message.error)}`));
        }
        return undefined;
      case 'invalid':
        this.events.fault(new BadFrameError(`The server sent a frame that is not JSON-RPC: ${message.error.message}`));
        return undefined;
    }
  }

  private notified({ method, params, cancels, topic, offset }: Call): void {
    if (cancels !== undefined) this.served.cancel(cancels);
    else if (cancelledIdMember(method) !== undefined) return;
    else if (topic === undefined) this.events.pushed({ method, params });
    else this.events.pushed({ method, params, topic, ...(offset === undefined ? {} : { offset }) });
  }

  /** @param connection the one that the call came in on */
  private async reply(answer: Promise<string>, connection: number): Promise<void> {
    try {
      const text = await answer;
      if (connection === this.connections) this.send(text);
    } catch (error) {
      // Survived: the server waits no longer than it wants to. A connection that is gone needs no word; an answer that is too large does.
      if (!(error instanceof NotConnectedError)) this.events.fault(error);
    }
  }

  private trySend(text: string, urgent?: boolean): boolean {
    try {
      this.send(text, urgent);
      return true;
    } catch (error) {
      // Survived: nobody waits for it, and the caller is told by the return value.
      if (!NOT_SENT.some((kind) => error instanceof kind)) this.events.fault(error);
      return false;
    }
  }
}
