/** Runs the connection hooks of gateways for the sessions of their path. */
import { HttpException, Logger } from '@nestjs/common';
import { Disconnect } from 'nestjs-realtime-protocol';
import type { GatewayHook } from '../binding/gateway-hooks.js';
import { faultText } from '../observe/fault-text.js';
import { promiseOf } from '../observe/promise-of.js';
import type { PendingWork } from '../session/pending-work.js';
import type { Session } from '../session/session.js';
import { isAnswer } from '../rpc/error-mapper.js';
import type { RpcEndpoint } from './rpc-endpoint.js';

/** Thrown for the peer to know. An HttpException of 500 and above speaks of the server. */
function isRefusal(thrown: unknown): boolean {
  return isAnswer(thrown) && !(thrown instanceof HttpException && thrown.getStatus() >= 500);
}

export class GatewayConnections {
  private readonly logger = new Logger('RealtimeModule');

  /** @param work keeps what hooks still do */
  constructor(private readonly work: PendingWork) {}

  follow(endpoint: RpcEndpoint, { event, run }: GatewayHook): void {
    endpoint.onConnect((session, request) => {
      if (event === 'handleConnection') this.survive(() => run(session, request), session, isRefusal);
      else session.onClose((end) => this.survive(() => run(session, end), session));
    });
  }

  /**
   * A hook that throws is a fault of the app: it is logged, and a session that could not be set up does not stay.
   * @param refuses true for what is thrown to turn the peer away, which is no fault
   */
  private survive(hook: () => unknown, session: Session, refuses: (thrown: unknown) => boolean = () => false): void {
    const failed = (fault: unknown): void => {
      if (refuses(fault)) {
        this.logger.debug(`A connection hook of a gateway refused session ${session.id}: ${faultText(fault).text}`);
        session.close(Disconnect.Refused);
        return;
      }
      const { text, stack } = faultText(fault);
      this.logger.error(`A connection hook of a gateway failed for session ${session.id}: ${text}`, stack);
      session.close(Disconnect.InternalError);
    };
    try {
      const done = promiseOf(hook())?.catch(failed);
      if (done) this.work.add(done);
    } catch (fault) {
      failed(fault);
    }
  }
}
