/** Runs the application's `onOpen` on the connection that is being opened, and on no other. */
import type { CallOptions } from 'nestjs-realtime-protocol';
import { runOnOpen } from '../base/on-open-error.js';
import { NotConnectedError } from '../connection/connection-state.js';
import type { Opening } from './caller.js';
import type { RpcContract } from './contract.js';
import type { Conversation } from './conversation.js';
import type { OutgoingCalls } from './outgoing-calls.js';

export class SignIn<C extends RpcContract> {
  private wasOpen = false;

  /** @param link another object for each connection; undefined while there is none */
  constructor(
    private readonly onOpen: ((opening: Opening<C>) => void | Promise<void>) | undefined,
    private readonly calls: Pick<OutgoingCalls, 'request'>,
    private readonly conversation: Pick<Conversation, 'notify'>,
    private readonly link: () => object | undefined,
  ) {}

  /** @throws {OnOpenError} */
  run(link: object): Promise<void> {
    return runOnOpen((failures) => this.onOpen?.(this.openingOn(link, failures)));
  }

  /** From now on the client has been open before. */
  opened(): void {
    this.wasOpen = true;
  }

  private openingOn(link: object, failures: Map<unknown, string>): Opening<C> {
    const isCurrent = (): boolean => this.link() === link;
    return {
      reconnected: this.wasOpen,
      call: async (method, ...args) => {
        if (!isCurrent()) throw new NotConnectedError('The connection that was being opened has ended');
        const [params, options] = args as readonly [params?: unknown, options?: CallOptions];
        const answer = this.calls.request(method, params, options);
        answer.catch((error: unknown) => failures.set(error, method));
        // The contract says what the server answers; nothing checks it at run time.
        return (await answer) as never;
      },
      notify: (method, ...args) => isCurrent() && this.conversation.notify(method, args[0]),
    };
  }
}
